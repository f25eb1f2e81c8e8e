package dev.tidemark.retrieval.database;

import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * The relations that somebody has locked, as statements found out that waited for the lock in vain.
 * Until one gets through, each is only tried now and then, and few at a time: those who wait for a
 * lock must not take the places of those who could be served.
 *
 * <p>Who began before a lock was found out may end while another tries. That lets one more try,
 * which does no harm.
 */
final class LockedRelations {

    /** After a try in vain, so that others have their turn: a view is locked with its tables. */
    private static final Duration REST = Duration.ofSeconds(1);

    private final int tryingMax;
    private final LongSupplier nanos;

    /** Until when each rests. */
    private final Map<String, Long> locked = new ConcurrentHashMap<>();

    private final Set<String> trying = new HashSet<>();

    /**
     * @param tryingMax how many may be tried at once
     * @param nanos a monotonic clock
     */
    LockedRelations(int tryingMax, LongSupplier nanos) {
        this.tryingMax = tryingMax;
        this.nanos = nanos;
    }

    /** Whether a statement may be run now; if so, one of the next methods has to follow it. */
    boolean mayTry(String relation) {
        return locked.isEmpty() || mayTryLocked(relation);
    }

    private synchronized boolean mayTryLocked(String relation) {
        Long restsUntil = locked.get(relation);
        if (restsUntil == null) {
            return true;
        }
        return trying.size() < tryingMax
                && nanos.getAsLong() - restsUntil >= 0
                && trying.add(relation);
    }

    /** One got through. */
    void passed(String relation) {
        if (!locked.isEmpty()) {
            unlock(relation);
        }
    }

    private synchronized void unlock(String relation) {
        locked.remove(relation);
        trying.remove(relation);
    }

    /** One waited in vain. */
    synchronized void locked(String relation) {
        locked.put(relation, nanos.getAsLong() + REST.toNanos());
        trying.remove(relation);
    }

    /** One came to nothing for other reasons, which say nothing. */
    synchronized void gaveUp(String relation) {
        trying.remove(relation);
    }

    int count() {
        return locked.size();
    }
}

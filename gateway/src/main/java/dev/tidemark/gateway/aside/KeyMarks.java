package dev.tidemark.gateway.aside;

import dev.tidemark.common.wire.CacheKey;
import dev.tidemark.gateway.time.MonotonicClock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Which keys something was lately found out about, such as that they are uncacheable
 * ("hit-for-pass").
 *
 * <p>Bounded, the oldest mark goes first. A mark that is lost costs one coalesced fetch.
 */
final class KeyMarks {

    private final int marksMax;
    private final Duration lifetime;
    private final MonotonicClock clock;
    private final Map<CacheKey, Long> markedNanos = new LinkedHashMap<>();

    /** Spares readers the lock while there is no mark at all, which is nearly always. */
    private volatile boolean any;

    KeyMarks(int marksMax, Duration lifetime, MonotonicClock clock) {
        this.marksMax = marksMax;
        this.lifetime = lifetime;
        this.clock = clock;
    }

    synchronized void mark(CacheKey key) {
        markedNanos.remove(key);
        markedNanos.put(key, clock.nanos());
        if (markedNanos.size() > marksMax) {
            markedNanos.remove(markedNanos.keySet().iterator().next());
        }
        any = true;
    }

    boolean isMarked(CacheKey key) {
        return any && isMarkedNow(key);
    }

    private synchronized boolean isMarkedNow(CacheKey key) {
        Long marked = markedNanos.get(key);
        if (marked == null) {
            return false;
        }
        if (clock.nanos() - marked < lifetime.toNanos()) {
            return true;
        }
        markedNanos.remove(key);
        any = !markedNanos.isEmpty();
        return false;
    }
}

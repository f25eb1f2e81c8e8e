package dev.tidemark.retrieval.change;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which transactions that have been writing for long are left out of versions, and how those must
 * be stamped. No input and output: it is told of snapshots and of what is decoded.
 *
 * <p>From the moment that a transaction is announced, the database computes versions as if it had
 * ended, so the version of an answer that was read while it was open may be above its xid. When its
 * commit is decoded, the announcement is withdrawn, and then a snapshot is taken whose xmax is the
 * stamp: whoever was read with the announcement has an older snapshot, with a version of at most
 * that; whoever is read later has one of at most the xid. Invariants:
 *
 * <ul>
 *   <li><b>Known here first.</b> {@link #observe} counts a transaction as announced before the
 *       database is told, under the same lock as {@link #decoded}: whoever was read with the
 *       announcement finds the decoding side informed.
 *   <li><b>Never after the fact.</b> What was decoded with its own xid for a stamp is never
 *       announced, though it may still be in progress for others.
 *   <li><b>Never below a floor.</b> Only what was assigned after the last floor is announced.
 *   <li><b>Nothing is owed by the dead.</b> A reader may withdraw an announcement and die before it
 *       can tell, so whatever an earlier one can have announced is stamped above all that was read
 *       until this one took over.
 * </ul>
 *
 * <p>Safe for use by several threads.
 */
final class LongWriters {

    /** Every read at the origin looks at all that are announced. */
    static final int ANNOUNCED_MAX = 256;

    /** Decoded between two observations; beyond it nothing as old is announced any more. */
    private static final int DECODED_MAX = 1 << 20;

    private final long threshold;

    /**
     * Those that are announced, and the heartbeat before which they must be decoded if they are
     * ever to be: they have ended. {@link #OPEN} for those that have not.
     */
    private final Map<Long, Long> announced = new HashMap<>();

    private static final long OPEN = Long.MAX_VALUE;

    private final Map<Long, Long> firstSeen = new HashMap<>();
    private final Set<Long> decoded = new HashSet<>();

    /** Above every xid that an earlier reader can have announced, and every version of then. */
    private final long begun;

    /** Nothing at or below is announced. */
    private long barrier;

    private long oldestNanos;

    /**
     * @param taken what an earlier reader had announced
     * @param begun the xmax of a snapshot taken after this reader took over
     * @param threshold how long a transaction must have been writing
     */
    LongWriters(Collection<Long> taken, long begun, Duration threshold) {
        this.threshold = threshold.toNanos();
        this.begun = begun;
        this.barrier = begun;
        taken.forEach(xid -> announced.put(xid, OPEN));
    }

    /**
     * Looks at who is writing.
     *
     * @param nowNanos a monotonic clock, before the snapshot was taken
     * @param nextHeartbeat the first heartbeat that had not begun when the snapshot had been taken
     * @return whom to announce, to be told to the database now
     */
    synchronized List<Long> observe(
            TransactionSnapshot snapshot, long nowNanos, long nextHeartbeat) {
        firstSeen.keySet().retainAll(snapshot.inProgress());
        decoded.removeIf(snapshot::hasEnded);
        oldestNanos = 0;
        List<Long> chosen = new ArrayList<>();
        for (long xid : snapshot.inProgress()) {
            long age = nowNanos - firstSeen.computeIfAbsent(xid, _ -> nowNanos);
            oldestNanos = Math.max(oldestNanos, age);
            if (age > threshold
                    && xid > barrier
                    && !decoded.contains(xid)
                    && !announced.containsKey(xid)
                    && announced.size() < ANNOUNCED_MAX) {
                announced.put(xid, OPEN);
                chosen.add(xid);
            }
        }
        announced.replaceAll((xid, heartbeat) ->
                heartbeat == OPEN && snapshot.hasEnded(xid) ? nextHeartbeat : heartbeat);
        return chosen;
    }

    /** How the changes of a decoded transaction are stamped. */
    sealed interface Stamping {

        /** With this number. */
        record With(long stamp) implements Stamping {}

        /** Withdraw the announcement, and then take a snapshot: with its xmax. */
        record AfterWithdrawal() implements Stamping {}
    }

    /** Takes the commit of a transaction as decoded. */
    synchronized Stamping decoded(long xid) {
        if (decoded.size() == DECODED_MAX) {
            decoded.forEach(old -> barrier = Math.max(barrier, old));
            decoded.clear();
        }
        decoded.add(xid);
        if (announced.remove(xid) != null) {
            return new Stamping.AfterWithdrawal();
        }
        return new Stamping.With(Math.max(xid, begun));
    }

    /**
     * This heartbeat of this reader was decoded, so everything before it was.
     *
     * @return those that were rolled back or changed nothing: their announcements are to be
     *     withdrawn
     */
    synchronized List<Long> reached(long heartbeat) {
        List<Long> over = new ArrayList<>();
        Iterator<Map.Entry<Long, Long>> entries = announced.entrySet().iterator();
        while (entries.hasNext()) {
            Map.Entry<Long, Long> entry = entries.next();
            if (entry.getValue() <= heartbeat) {
                over.add(entry.getKey());
                entries.remove();
            }
        }
        return over;
    }

    /** A floor comes, at a number that is not known yet: no exceptions until it is. */
    synchronized void closed() {
        announced.clear();
        barrier = Long.MAX_VALUE;
    }

    /** The floor is here. */
    synchronized void floor(long xid) {
        barrier = xid;
    }

    /** How long the oldest transaction has been writing, as far as was seen. */
    synchronized Duration oldest() {
        return Duration.ofNanos(oldestNanos);
    }
}

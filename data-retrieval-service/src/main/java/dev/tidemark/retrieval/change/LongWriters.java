package dev.tidemark.retrieval.change;

import dev.tidemark.common.log.LogPosition;
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
 * Which transactions that have been writing for long are left out of versions, and which must
 * therefore be stamped late. No input and output: it is told of snapshots and of what is decoded.
 *
 * <p>From the moment that a transaction is announced, the database computes versions as if it had
 * ended. So every version of an answer that was read while it was open may be above its xid, and
 * its changes must be stamped with the xmax of a snapshot in which it has ended, which is at or
 * above all of these. Invariants:
 *
 * <ul>
 *   <li><b>Known here first.</b> {@link #observe} counts a transaction as announced before the
 *       database is told, under the same lock as {@link #isLate}: whoever was read with the
 *       announcement finds the decoding side informed.
 *   <li><b>Never after the fact.</b> What was decoded with its own xid for a stamp is never
 *       announced, though it may still be in progress for others.
 *   <li><b>Never below a floor.</b> Only what was assigned after the last floor is announced.
 *   <li><b>Kept until told.</b> An announcement is taken back once a replica of the log has the
 *       late stamp, or once it is certain that none will come: so a later reader that finds it
 *       knows that the stamp may still be owed.
 * </ul>
 *
 * <p>Safe for use by several threads.
 */
final class LongWriters {

    /** Every read at the origin looks at all that are announced. */
    static final int ANNOUNCED_MAX = 256;

    /** Decoded between two observations; beyond it nothing as old is announced any more. */
    private static final int DECODED_MAX = 1 << 20;

    /** What is known of an announced transaction. */
    private sealed interface Announced {
        record Open() implements Announced {}

        /** It was rolled back, or changed nothing, unless it is decoded before this heartbeat. */
        record Ended(long heartbeat) implements Announced {}

        /** Its commit was decoded; the late stamp is not in the log yet. */
        record Decoded() implements Announced {}

        /** Its late stamp is in this record. */
        record Stamped(LogPosition position) implements Announced {}

        /** It is of no more use to leave it out. */
        record Over() implements Announced {}
    }

    private final long threshold;
    private final Map<Long, Announced> announced = new HashMap<>();
    private final Map<Long, Long> firstSeen = new HashMap<>();
    private final Set<Long> decoded = new HashSet<>();

    /** Whatever is below may have begun before this reader took over. */
    private final long begun;

    /** Nothing at or below is announced. */
    private long barrier;

    private long oldestNanos;

    /**
     * @param taken what an earlier reader had announced
     * @param begun an xid that had not been assigned when this reader took over
     * @param threshold how long a transaction must have been writing
     */
    LongWriters(Collection<Long> taken, long begun, Duration threshold) {
        this.threshold = threshold.toNanos();
        this.begun = begun;
        this.barrier = begun;
        taken.forEach(xid -> announced.put(xid, new Announced.Open()));
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
                announced.put(xid, new Announced.Open());
                chosen.add(xid);
            }
        }
        announced.replaceAll((xid, state) ->
                state instanceof Announced.Open && snapshot.hasEnded(xid)
                        ? new Announced.Ended(nextHeartbeat)
                        : state);
        return chosen;
    }

    /**
     * Takes the commit of a transaction as decoded.
     *
     * @return whether it must be stamped late
     */
    synchronized boolean isLate(long xid) {
        if (decoded.size() == DECODED_MAX) {
            decoded.forEach(old -> barrier = Math.max(barrier, old));
            decoded.clear();
        }
        decoded.add(xid);
        return isAnnounced(xid) || xid < begun;
    }

    /** Takes the commit of a transaction as decoded that is in the log already. */
    synchronized boolean isAnnounced(long xid) {
        return announced.computeIfPresent(xid, (_, _) -> new Announced.Decoded()) != null;
    }

    /** Its late stamp is in this record. */
    synchronized void stamped(long xid, LogPosition position) {
        announced.computeIfPresent(xid, (_, _) -> new Announced.Stamped(position));
    }

    /** This heartbeat of this reader was decoded, so everything before it was. */
    synchronized void reached(long heartbeat) {
        announced.replaceAll((_, state) ->
                state instanceof Announced.Ended ended && ended.heartbeat() <= heartbeat
                        ? new Announced.Over()
                        : state);
    }

    /** The log has everything up to here, and will keep it. */
    synchronized void kept(LogPosition position) {
        announced.replaceAll((_, state) ->
                state instanceof Announced.Stamped stamped && !stamped.position().isAfter(position)
                        ? new Announced.Over()
                        : state);
    }

    /** Those whose announcement is to be taken back; they are forgotten here. */
    synchronized List<Long> withdrawn() {
        List<Long> over = new ArrayList<>();
        Iterator<Map.Entry<Long, Announced>> entries = announced.entrySet().iterator();
        while (entries.hasNext()) {
            Map.Entry<Long, Announced> entry = entries.next();
            if (entry.getValue() instanceof Announced.Over) {
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

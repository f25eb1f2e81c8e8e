package dev.tidemark.retrieval.change;

import dev.tidemark.common.log.LogPosition;
import dev.tidemark.common.tag.Lsn;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What may be confirmed to PostgreSQL, which forgets it then. That is what a replica of the log has
 * had for a while, so that what a failover of the log loses can be sent again; in steps of
 * heartbeats.
 *
 * <p>Where no replica ever has the log, four times as long stands in for it: else PostgreSQL would
 * keep its write-ahead log for ever.
 *
 * <p>Safe for use by several threads.
 */
final class Confirmation {

    private static final Logger log = LoggerFactory.getLogger(Confirmation.class);

    private static final int UNREPLICATED_FACTOR = 4;

    /** 100 s of the usual heartbeats; while more are waiting, the newest are merged. */
    private static final int STEPS_MAX = 1000;

    private record Step(LogPosition position, long appendedNanos) {}

    private final long delay;
    private final Deque<LogPosition> sent = new ArrayDeque<>();
    private final Deque<Step> appended = new ArrayDeque<>();
    private LogPosition durable = LogPosition.NONE;
    private Lsn confirmed = Lsn.UNKNOWN;
    private boolean unreplicated;

    Confirmation(Duration delay) {
        this.delay = delay.toNanos();
    }

    /** The heartbeat at this position will be appended. */
    synchronized void step(LogPosition position) {
        if (sent.size() < STEPS_MAX) {
            sent.addLast(position);
        }
    }

    /** The log has everything up to the tail, and a replica of it everything up to the other. */
    synchronized void appended(LogPosition tail, LogPosition replicated, long nowNanos) {
        while (!sent.isEmpty() && !sent.getFirst().isAfter(tail)) {
            LogPosition position = sent.removeFirst();
            if (appended.size() < STEPS_MAX) {
                appended.addLast(new Step(position, nowNanos));
            }
        }
        if (replicated.isAfter(durable)) {
            durable = replicated;
        }
    }

    /** Up to where to confirm now; never falls, unknown at first. */
    synchronized Lsn confirmable(long nowNanos) {
        while (!appended.isEmpty() && isReady(appended.getFirst(), nowNanos)) {
            confirmed = appended.removeFirst().position().lsn();
            say(durable.equals(LogPosition.NONE));
        }
        return confirmed;
    }

    private void say(boolean withoutReplica) {
        if (withoutReplica && !unreplicated) {
            log.warn(
                    "No replica is known to have the invalidation log: what PostgreSQL keeps of its"
                            + " write-ahead log for it is given up after {} s all the same, and if"
                            + " its shard of Redis is lost the caches start anew",
                    TimeUnit.NANOSECONDS.toSeconds(UNREPLICATED_FACTOR * delay));
        } else if (!withoutReplica && unreplicated) {
            log.info("A replica has the invalidation log again");
        }
        unreplicated = withoutReplica;
    }

    private boolean isReady(Step step, long nowNanos) {
        long age = nowNanos - step.appendedNanos();
        return durable.equals(LogPosition.NONE)
                ? age >= UNREPLICATED_FACTOR * delay
                : age >= delay && !step.position().isAfter(durable);
    }
}

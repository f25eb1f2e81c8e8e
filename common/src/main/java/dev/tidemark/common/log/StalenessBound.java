package dev.tidemark.common.log;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * How far a node may be behind the database: a sum of durations, never a difference of two
 * machines' clocks. The node asks upstream, and adds its own time since it sent the question.
 *
 * <p>Safe for use by many threads.
 */
public final class StalenessBound {

    /** More than enough for one question every 100 ms and a feed that is seconds behind. */
    private static final int PENDING_MAX = 256;

    /** By when, on this node's monotonic clock, everything was known that is told up to a place. */
    private record Known(LogPosition position, long asOfNanos) {}

    private final Deque<Known> pending = new ArrayDeque<>();
    private @Nullable Known best;

    /**
     * Takes an answer from upstream, which counts once the node has applied the log up to there.
     *
     * @param askedNanos this node's monotonic clock before the question was sent
     */
    public synchronized void answered(Completeness answer, long askedNanos) {
        if (pending.size() == PENDING_MAX) {
            pending.removeFirst();
        }
        pending.addLast(new Known(answer.position(), askedNanos - answer.staleness().toNanos()));
    }

    /**
     * The bound now.
     *
     * @param reached up to where this node has applied the log
     * @param nowNanos this node's monotonic clock
     * @return never below zero; {@link Completeness#UNKNOWN} while nothing is known
     */
    public synchronized Duration at(LogPosition reached, long nowNanos) {
        // A node that went back to an older clock has forgotten what it could vouch for.
        if (best != null && !isCovered(best, reached)) {
            best = null;
        }
        while (!pending.isEmpty() && !pending.getFirst().position().isAfter(reached)) {
            Known known = pending.removeFirst();
            if (isCovered(known, reached)
                    && (best == null || known.asOfNanos() - best.asOfNanos() >= 0)) {
                best = known;
            }
        }
        return best == null
                ? Completeness.UNKNOWN
                : Duration.ofNanos(Math.max(0, nowNanos - best.asOfNanos()));
    }

    /** Forgets everything: what was known was of another history. */
    public synchronized void reset() {
        pending.clear();
        best = null;
    }

    private static boolean isCovered(Known known, LogPosition reached) {
        return known.position().generation() == reached.generation()
                && !known.position().isAfter(reached);
    }
}

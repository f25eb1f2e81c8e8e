package dev.tidemark.common.log;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

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
    private boolean any;
    private long asOfNanos;

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
        while (!pending.isEmpty() && !pending.getFirst().position().isAfter(reached)) {
            Known known = pending.removeFirst();
            if (known.position().generation() == reached.generation()) {
                asOfNanos = any ? later(asOfNanos, known.asOfNanos()) : known.asOfNanos();
                any = true;
            }
        }
        return any ? Duration.ofNanos(Math.max(0, nowNanos - asOfNanos)) : Completeness.UNKNOWN;
    }

    /** Forgets everything: what was known was of another history. */
    public synchronized void reset() {
        pending.clear();
        any = false;
    }

    private static long later(long a, long b) {
        return a - b >= 0 ? a : b;
    }
}

package dev.tidemark.benchmarks.measure;

import java.util.concurrent.locks.LockSupport;

/**
 * When each of equally spaced events is due, whatever became of those before it. Whoever is late
 * catches up.
 */
public final class Pace {

    private final double intervalNanos;
    private final long startNanos;
    private long next;

    /**
     * @param perSecond positive
     * @param startNanos when the first is due, on the monotonic clock
     */
    public Pace(double perSecond, long startNanos) {
        if (!(perSecond > 0)) {
            throw new IllegalArgumentException("a pace of " + perSecond + " per second");
        }
        this.intervalNanos = 1e9 / perSecond;
        this.startNanos = startNanos;
    }

    /** When the next event is due; the one after it is next then. */
    public long nextNanos() {
        return startNanos + Math.round(next++ * intervalNanos);
    }

    /** Waits until the next event is due. Returns at once, with its interrupt, if interrupted. */
    public void awaitNext() {
        awaitNanos(nextNanos());
    }

    /** Waits for a moment on the monotonic clock. */
    public static void awaitNanos(long moment) {
        long left = moment - System.nanoTime();
        while (left > 0 && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(left);
            left = moment - System.nanoTime();
        }
    }
}

package dev.tidemark.gateway.resilience;

import java.time.Duration;

/**
 * How long a call to an instance is likely to take: its latency times the calls that it has
 * already. The latency is a moving average that follows a worse sample at once and a better one
 * slowly ("peak EWMA", as Finagle balances), so an instance that hangs is avoided after one call.
 */
final class Load {

    /**
     * In such a time what was bad loses two thirds: an instance that is back is soon asked again.
     */
    private static final double DECAY_NANOS = Duration.ofSeconds(1).toNanos();

    /** What a call that failed counts as, since it may have failed quickly. */
    private static final long FAILURE_NANOS = Duration.ofMillis(500).toNanos();

    private double averageNanos;
    private long updatedNanos;
    private int pending;

    synchronized void begin() {
        pending++;
    }

    /** A call is over, or was given up, after this time. */
    synchronized void end(long tookNanos, long nowNanos) {
        pending--;
        observe(tookNanos, nowNanos);
    }

    /** A call has failed. */
    synchronized void fail(long nowNanos) {
        pending--;
        observe(FAILURE_NANOS, nowNanos);
    }

    /** A call was not made after all. */
    synchronized void cancel() {
        pending--;
    }

    private void observe(long tookNanos, long nowNanos) {
        decay(nowNanos, (double) tookNanos);
        if (tookNanos > averageNanos) {
            averageNanos = tookNanos;
        }
    }

    private void decay(long nowNanos, double towards) {
        double kept = Math.exp(-Math.max(0, nowNanos - updatedNanos) / DECAY_NANOS);
        averageNanos = averageNanos * kept + towards * (1 - kept);
        updatedNanos = nowNanos;
    }

    /** In nanoseconds, as far as that can be known. */
    synchronized double cost(long nowNanos) {
        if (pending == 0) {
            decay(nowNanos, 0);
        }
        return averageNanos * (pending + 1);
    }
}

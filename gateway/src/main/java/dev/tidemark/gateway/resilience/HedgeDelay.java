package dev.tidemark.gateway.resilience;

import java.time.Duration;

/**
 * After how long a call is slower than nineteen of twenty: a running estimate of that quantile, a
 * step up for each sample above it and a small one down for each below (Ma, Muthukrishnan, Sandler:
 * Frugal Streaming for Estimating Quantiles, 2013; here with steps in proportion).
 */
final class HedgeDelay {

    private static final double QUANTILE = 0.95;
    private static final double STEP = 0.05;

    private static final double LEAST_NANOS = Duration.ofMillis(20).toNanos();
    private static final double MOST_NANOS = Duration.ofSeconds(1).toNanos();

    /** A cold JVM at the other end takes so long. */
    private volatile double nanos = Duration.ofMillis(500).toNanos();

    /** Notes how long a call took that was answered. Samples at the same moment may be lost. */
    void add(long tookNanos) {
        double step = tookNanos > nanos ? 1 + STEP * QUANTILE : 1 - STEP * (1 - QUANTILE);
        nanos = Math.clamp(nanos * step, LEAST_NANOS, MOST_NANOS);
    }

    Duration now() {
        return Duration.ofNanos((long) nanos);
    }
}

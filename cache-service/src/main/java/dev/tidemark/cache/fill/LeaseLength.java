package dev.tidemark.cache.fill;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * For how long a lease is granted: for as long as fills take, by the estimate that TCP has its
 * timeouts by (RFC 6298, section 2: a smoothed time and four times its smoothed deviation), within
 * bounds. So a gateway that dies holds a key up about as long as its fetch would have taken.
 *
 * <p>Until the first fill it is the longest: a JVM that has just started takes its time. Who
 * fetches for longer says so, and gets as much again.
 */
public final class LeaseLength {

    /** RFC 6298's alpha and beta, as one part in so many. */
    private static final int SMOOTHING = 8;

    private static final int DEVIATION_SMOOTHING = 4;

    private record Estimate(long smoothedNanos, long deviationNanos) {

        static Estimate first(long nanos) {
            return new Estimate(nanos, nanos / 2);
        }

        Estimate next(long nanos) {
            long off = Math.abs(smoothedNanos - nanos);
            return new Estimate(
                    smoothedNanos + (nanos - smoothedNanos) / SMOOTHING,
                    deviationNanos + (off - deviationNanos) / DEVIATION_SMOOTHING);
        }

        long nanos() {
            return smoothedNanos + 4 * deviationNanos;
        }
    }

    private final Duration min;
    private final Duration max;
    private @Nullable Estimate estimate;

    public LeaseLength(Duration min, Duration max) {
        this.min = min;
        this.max = max;
    }

    /** A fill has come, whose fetch took so long. */
    public synchronized void filled(Duration took) {
        // What is beyond the longest says no more than that.
        long nanos = (took.compareTo(max) < 0 ? took : max).toNanos();
        estimate = estimate == null ? Estimate.first(nanos) : estimate.next(nanos);
    }

    /** For a fetch that begins. */
    public synchronized Duration granted() {
        return estimate == null ? max : bounded(Duration.ofNanos(estimate.nanos()));
    }

    /** For one that has been under way for so long. */
    public Duration renewed(Duration fetching) {
        Duration granted = granted();
        return fetching.compareTo(granted) > 0 ? bounded(fetching) : granted;
    }

    private Duration bounded(Duration length) {
        return length.compareTo(min) < 0 ? min : length.compareTo(max) > 0 ? max : length;
    }
}

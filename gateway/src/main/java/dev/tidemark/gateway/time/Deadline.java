package dev.tidemark.gateway.time;

import java.time.Duration;

/**
 * The moment from which an answer is of no use any more.
 *
 * @param atNanos on the {@link MonotonicClock}
 */
public record Deadline(long atNanos) {

    public static Deadline in(Duration duration, long nowNanos) {
        return new Deadline(nowNanos + duration.toNanos());
    }

    /** This one, or the one after so long from now if that is later. */
    public Deadline orAtLeast(Duration duration, long nowNanos) {
        Deadline other = in(duration, nowNanos);
        return atNanos - other.atNanos > 0 ? this : other;
    }

    /** How long there is; zero when it is over. */
    public Duration left(long nowNanos) {
        return Duration.ofNanos(Math.max(0, atNanos - nowNanos));
    }
}

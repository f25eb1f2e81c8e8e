package dev.tidemark.common.wire;

import dev.tidemark.common.request.RequestHeaders;
import java.time.Duration;

/**
 * What the first formats of an answer have no room for, as one more internal header field beside
 * it. A service that does not know the field carries it along and never sends it to a client, so
 * services of the version before and of this one can share entries; where it is absent, its
 * defaults hold.
 *
 * @param staleWhileRevalidate as in {@link Policy}
 * @param staleIfError as in {@link Policy}
 * @param fetchTime as in {@link Answer}, in whole microseconds
 */
record Leeway(Duration staleWhileRevalidate, Duration staleIfError, Duration fetchTime) {

    static final String NAME = AnswerHeaders.INTERNAL_PREFIX + "Leeway";

    /** What holds where nothing is said. */
    static final Leeway DEFAULT = new Leeway(Duration.ZERO, Policy.TTL_MAX, Duration.ZERO);

    static Leeway of(Policy policy, Duration fetchTime) {
        return new Leeway(
                policy.staleWhileRevalidate(), policy.staleIfError(), micros(toMicros(fetchTime)));
    }

    static Leeway of(RequestHeaders headers) {
        return headers.first(NAME).map(Leeway::parse).orElse(DEFAULT);
    }

    /** Reads a field's value; what it adds behind that is for a later version. */
    static Leeway parse(String value) {
        String[] parts = value.split(" ", -1);
        if (parts.length < 3) {
            return DEFAULT;
        }
        try {
            return new Leeway(
                    Duration.ofMillis(number(parts[0])),
                    Duration.ofMillis(number(parts[1])),
                    micros(number(parts[2])));
        } catch (NumberFormatException e) {
            return DEFAULT;
        }
    }

    HeaderField field() {
        return new HeaderField(
                NAME,
                staleWhileRevalidate.toMillis()
                        + " "
                        + staleIfError.toMillis()
                        + " "
                        + toMicros(fetchTime));
    }

    Policy policy(Duration softTtl, Duration hardTtl, Duration clientMaxAge, boolean reload) {
        return new Policy(
                softTtl, hardTtl, clientMaxAge, reload, staleWhileRevalidate, staleIfError);
    }

    /** Up to what any of the three can be: 49 days, in microseconds. */
    private static long number(String text) {
        long number = Long.parseUnsignedLong(text);
        if (number < 0 || number > toMicros(Policy.TTL_MAX)) {
            throw new NumberFormatException(text);
        }
        return number;
    }

    private static Duration micros(long micros) {
        return Duration.ofNanos(1000 * micros);
    }

    private static long toMicros(Duration duration) {
        return duration.toNanos() / 1000;
    }
}

package dev.tidemark.gateway.http;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where the time went.
 *
 * @param shared in the shared cache, waiting for another's fill included; empty if it had no part
 * @param origin at the origin; empty if it had no part
 */
public record ServerTiming(Optional<Duration> shared, Optional<Duration> origin) {

    /** Answered from memory. */
    public static final ServerTiming NEAR = new ServerTiming(Optional.empty(), Optional.empty());

    public static ServerTiming ofShared(Duration shared) {
        return new ServerTiming(Optional.of(shared), Optional.empty());
    }

    public static ServerTiming ofOrigin(Duration origin) {
        return new ServerTiming(Optional.empty(), Optional.of(origin));
    }

    /** The value of {@code Server-Timing}. */
    String value() {
        if (shared.isEmpty() && origin.isEmpty()) {
            return "near";
        }
        List<String> metrics = new ArrayList<>(2);
        shared.ifPresent(duration -> metrics.add("shared;dur=" + millis(duration)));
        origin.ifPresent(duration -> metrics.add("origin;dur=" + millis(duration)));
        return String.join(", ", metrics);
    }

    /** Milliseconds with two decimals. */
    private static String millis(Duration duration) {
        long hundredths = duration.toNanos() / 10_000;
        long fraction = hundredths % 100;
        return hundredths / 100 + (fraction < 10 ? ".0" : ".") + fraction;
    }
}

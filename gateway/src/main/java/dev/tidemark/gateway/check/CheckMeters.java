package dev.tidemark.gateway.check;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Counts what came of the checks; all of it is there from the start, at zero. */
final class CheckMeters {

    private final Map<Duration, Map<Outcome, Counter>> checks = new HashMap<>();
    private final Map<Duration, Counter> inconsistencies = new HashMap<>();

    CheckMeters(List<Duration> windows, MeterRegistry registry) {
        for (Duration window : windows) {
            Map<Outcome, Counter> byOutcome = new EnumMap<>(Outcome.class);
            for (Outcome outcome : Outcome.values()) {
                byOutcome.put(
                        outcome,
                        Counter.builder("tidemark.consistency.checks")
                                .description("Answers from caches compared with the database later")
                                .tag("window", text(window))
                                .tag("outcome", outcome.word())
                                .register(registry));
            }
            checks.put(window, byOutcome);
            inconsistencies.put(
                    window,
                    Counter.builder("tidemark.inconsistencies")
                            .description(
                                    "Answers from caches that the database no longer gave and"
                                            + " the log had not told of")
                            .tag("window", text(window))
                            .register(registry));
        }
    }

    void checked(Duration window, Outcome outcome) {
        Objects.requireNonNull(Objects.requireNonNull(checks.get(window)).get(outcome)).increment();
        if (outcome == Outcome.INCONSISTENT) {
            Objects.requireNonNull(inconsistencies.get(window)).increment();
        }
    }

    /** In seconds where it is whole ones. */
    static String text(Duration window) {
        long millis = window.toMillis();
        return millis % 1000 == 0 ? millis / 1000 + "s" : millis + "ms";
    }
}

package dev.tidemark.cache.fill;

import static java.util.Objects.requireNonNull;

import dev.tidemark.cache.entry.Filled;
import dev.tidemark.cache.entry.Released;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import org.springframework.stereotype.Component;

/** Counts what became of fills and of the leases that they came under. */
@Component
class FillMetrics {

    private final Map<Filled.Fate, Counter> fills = new EnumMap<>(Filled.Fate.class);
    private final Counter expiredLeases;
    private final Counter renewedLeases;

    FillMetrics(MeterRegistry meters) {
        for (Filled.Fate fate : Filled.Fate.values()) {
            fills.put(
                    fate,
                    Counter.builder("tidemark.fills")
                            .description("Answers that were sent to be kept")
                            .tag("layer", "shared")
                            .tag("outcome", fate.name().toLowerCase(Locale.ROOT))
                            .register(meters));
        }
        expiredLeases = leases(meters, "expired");
        renewedLeases = leases(meters, "renewed");
    }

    private static Counter leases(MeterRegistry meters, String outcome) {
        return Counter.builder("tidemark.leases")
                .description("Rights to fetch a key on everyone's behalf")
                .tag("outcome", outcome)
                .register(meters);
    }

    void record(Filled filled) {
        requireNonNull(fills.get(filled.fate())).increment();
        if (filled.fate() != Filled.Fate.FAILED && !filled.leaseHeld()) {
            expiredLeases.increment();
        }
    }

    void record(Released released) {
        if (released == Released.LEASE_EXPIRED) {
            expiredLeases.increment();
        }
    }

    void renewed(Duration held) {
        if (held.isPositive()) {
            renewedLeases.increment();
        }
    }
}

package dev.tidemark.cache.lookup;

import static java.util.Objects.requireNonNull;

import dev.tidemark.cache.entry.Found;
import dev.tidemark.common.wire.LookupOutcome;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import org.springframework.stereotype.Component;

/** Counts look-ups, and the leases that they took or met. */
@Component
class LookupMetrics {

    private final Map<Found.Reason, Counter> lookups = new EnumMap<>(Found.Reason.class);
    private final DistributionSummary batches;
    private final Counter grantedLeases;
    private final Counter awaitedLeases;

    LookupMetrics(MeterRegistry meters) {
        for (Found.Reason reason : Found.Reason.values()) {
            lookups.put(
                    reason,
                    Counter.builder("tidemark.lookups")
                            .description("Questions to a cache")
                            .tag("layer", "shared")
                            .tag("outcome", reason.name().toLowerCase(Locale.ROOT))
                            .register(meters));
        }
        batches =
                DistributionSummary.builder("tidemark.lookups.batch")
                        .description("Look-ups that came in one request")
                        .serviceLevelObjectives(1, 2, 4, 8, 16, 32, 64, 128, 256)
                        .register(meters);
        grantedLeases = leases(meters, "granted");
        awaitedLeases = leases(meters, "awaited");
    }

    private static Counter leases(MeterRegistry meters, String outcome) {
        return Counter.builder("tidemark.leases")
                .description("Rights to fetch a key on everyone's behalf")
                .tag("outcome", outcome)
                .register(meters);
    }

    void batch(int size) {
        batches.record(size);
    }

    void found(Found found) {
        requireNonNull(lookups.get(found.reason())).increment();
        switch (found.outcome()) {
            case LookupOutcome.Leased _ -> grantedLeases.increment();
            case LookupOutcome.Awaited _ -> awaitedLeases.increment();
            case LookupOutcome.Hit _, LookupOutcome.Uncacheable _, LookupOutcome.Unavailable _ -> {}
        }
    }
}

package dev.tidemark.cache.invalidation;

import dev.tidemark.common.log.AppendOutcome;
import dev.tidemark.common.log.Completeness;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import org.springframework.stereotype.Component;

/** What can be seen of the log and of how far this instance is behind it. */
@Component
class LogMetrics {

    private final Counter refusals;

    LogMetrics(MeterRegistry meters, LogReplica replica) {
        refusals =
                Counter.builder("tidemark.log.refusals")
                        .description("Batches that did not follow the log's last record")
                        .register(meters);
        FunctionCounter.builder("tidemark.log.records", replica, LogReplica::recordsApplied)
                .description("Records of the invalidation log that were applied")
                .register(meters);
        Gauge.builder(
                        "tidemark.log.position",
                        replica,
                        r -> r.completeness().position().lsn().position())
                .description("Up to where the log was applied, as a byte position in the WAL")
                .register(meters);
        Gauge.builder("tidemark.log.lag", replica, LogReplica::lagBytes)
                .description("WAL between what upstream has told and what was applied")
                .baseUnit("bytes")
                .register(meters);
        Gauge.builder("tidemark.staleness", replica, LogMetrics::stalenessSeconds)
                .description("How far behind the database at most; NaN while unknown")
                .baseUnit("seconds")
                .register(meters);
        Gauge.builder("tidemark.follower.open", replica, r -> r.isOpen() ? 1 : 0)
                .description("Whether anything that is followed can be valid")
                .register(meters);
    }

    private static double stalenessSeconds(LogReplica replica) {
        Duration staleness = replica.completeness().staleness();
        return staleness.equals(Completeness.UNKNOWN) ? Double.NaN : staleness.toNanos() / 1e9;
    }

    void appended(AppendOutcome outcome) {
        if (outcome instanceof AppendOutcome.Refused) {
            refusals.increment();
        }
    }
}

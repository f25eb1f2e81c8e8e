package dev.tidemark.retrieval.change;

import dev.tidemark.common.log.LogRecord;
import dev.tidemark.common.log.LogRecord.Content;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** What is measured of the capture. Gauges know nothing (NaN) while this instance has no slot. */
final class CaptureMetrics {

    private final MeterRegistry meters;
    private final Counter reconnects;
    private final Counter demanded;

    CaptureMetrics(MeterRegistry meters, Supplier<Optional<CaptureSession>> session) {
        this.meters = meters;
        reconnects =
                Counter.builder("tidemark.change.reconnects")
                        .description("capture sessions that have failed")
                        .register(meters);
        demanded =
                Counter.builder("tidemark.heartbeats.demanded")
                        .description("heartbeats sent before their time, as somebody waited")
                        .register(meters);
        Gauge.builder(
                        "tidemark.change.holding",
                        () -> session.get().filter(CaptureSession::isHolding).isPresent() ? 1 : 0)
                .description("whether this instance holds the replication slot")
                .register(meters);
        seconds(
                "tidemark.change.heartbeat.age",
                "time since the last heartbeat in the log was sent to the database",
                () -> session.get().flatMap(CaptureSession::heartbeatAge));
        seconds(
                "tidemark.writer.oldest.age",
                "how long the oldest transaction has been writing, in any database",
                () -> session.get().map(CaptureSession::oldestWriter));
        Gauge.builder(
                        "tidemark.slot.wal.bytes",
                        () ->
                                session.get()
                                        .map(current -> (double) current.walBytes())
                                        .orElse(Double.NaN))
                .description("write-ahead log that the replication slot keeps")
                .baseUnit("bytes")
                .register(meters);
    }

    private void seconds(String name, String description, Supplier<Optional<Duration>> value) {
        Gauge.builder(name, () -> value.get().map(age -> age.toNanos() / 1e9).orElse(Double.NaN))
                .description(description)
                .baseUnit("seconds")
                .register(meters);
    }

    void appended(List<LogRecord> records) {
        for (LogRecord record : records) {
            String kind =
                    switch (record.content()) {
                        case Content.Changed _ -> "changed";
                        case Content.Heartbeat _ -> "heartbeat";
                        case Content.Gap _ -> "gap";
                        case Content.Generation _ -> "generation";
                        case Content.Unknown _ -> "unknown";
                    };
            meters.counter("tidemark.change.records", "kind", kind).increment();
        }
    }

    void demanded() {
        demanded.increment();
    }

    void reconnected() {
        reconnects.increment();
    }
}

package dev.tidemark.retrieval.change;

import dev.tidemark.common.log.AppendOutcome;
import dev.tidemark.common.log.Completeness;
import dev.tidemark.common.log.LogPosition;
import dev.tidemark.common.log.LogRecord;
import dev.tidemark.common.log.LogRecord.Content;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** How far a session's records have come in the log, and what follows from that. */
final class LogProgress implements LogAppender.Listener {

    private final Heartbeats heartbeats;
    private final Confirmation confirmation;
    private final CaptureMetrics metrics;
    private volatile @Nullable Told told;

    /** The last heartbeat in the log, and when it was sent to the database. */
    private record Told(LogPosition position, long sentNanos) {}

    LogProgress(Heartbeats heartbeats, Confirmation confirmation, CaptureMetrics metrics) {
        this.heartbeats = heartbeats;
        this.confirmation = confirmation;
        this.metrics = metrics;
    }

    @Override
    public void appended(List<LogRecord> records, AppendOutcome.Appended outcome) {
        metrics.appended(records);
        confirmation.appended(outcome.tail(), outcome.durable(), System.nanoTime());
        for (LogRecord record : records) {
            switch (record.content()) {
                case Content.Heartbeat heartbeat -> {
                    OptionalLong sent = heartbeats.arrived(heartbeat.sequence());
                    if (sent.isPresent()) {
                        told = new Told(record.position(), sent.getAsLong());
                    }
                }
                case Content.Generation _, Content.Gap _ -> told = null;
                default -> {}
            }
        }
    }

    /** Empty until there is a heartbeat in the log that is after whatever was missed. */
    Optional<Completeness> completeness() {
        Told last = told;
        return last == null
                ? Optional.empty()
                : Optional.of(
                        new Completeness(
                                last.position(),
                                Duration.ofNanos(System.nanoTime() - last.sentNanos())));
    }
}

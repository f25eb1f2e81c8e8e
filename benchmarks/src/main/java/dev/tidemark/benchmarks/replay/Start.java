package dev.tidemark.benchmarks.replay;

import dev.tidemark.benchmarks.measure.MeasurementException;
import dev.tidemark.quickstart.launch.Part;
import dev.tidemark.quickstart.process.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A process that was started, and what its own log says of how it came to know the invalidation
 * log.
 *
 * @param known from the start of the process until it knew the log
 * @param ready until it answered that it is ready
 * @param snapshotMillis of it, until it had a snapshot of the clock
 * @param records that it applied after the snapshot
 * @param replayMillis how long that took
 */
record Start(Duration known, Duration ready, long snapshotMillis, long records, long replayMillis) {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private static final Pattern LOADED =
            Pattern.compile("Follows the log after .*, with a snapshot, which took (\\d+) ms");
    private static final Pattern REPLAYED =
            Pattern.compile("Knows the log up to \\S+: (\\d+) records in (\\d+) ms");
    private static final Pattern RESTORED =
            Pattern.compile(
                    "Knows the log up to \\S+ from a snapshot, (\\d+) ms after it was asked for");

    /** Kills a cache-service and starts it again. */
    static Start ofCacheService(Part part) {
        Instant begun = again(part);
        Duration ready = awaitReady(part, begun);
        LogLine loaded = line(part, begun, LOADED);
        LogLine replayed = line(part, begun, REPLAYED);
        return new Start(
                Duration.between(begun, replayed.at()),
                ready,
                loaded.numbers().getFirst(),
                replayed.numbers().get(0),
                replayed.numbers().get(1));
    }

    /** Kills a gateway and starts it again. */
    static Start ofGateway(Part part) {
        Instant begun = again(part);
        Duration ready = awaitReady(part, begun);
        LogLine restored = line(part, begun, RESTORED);
        return new Start(
                Duration.between(begun, restored.at()), ready, restored.numbers().getFirst(), 0, 0);
    }

    private static Instant again(Part part) {
        part.holdDown();
        try {
            // Only what the new process says counts.
            Files.write(part.log(), new byte[0]);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Instant begun = Instant.now();
        part.start();
        return begun;
    }

    private static Duration awaitReady(Part part, Instant begun) {
        part.awaitReady();
        return Duration.between(begun, Instant.now());
    }

    private static LogLine line(Part part, Instant begun, Pattern message) {
        Await.until(TIMEOUT, () -> find(part, message).isPresent());
        return find(part, message)
                .filter(line -> !line.at().isBefore(begun.minusMillis(1)))
                .orElseThrow(() ->
                        new MeasurementException(
                                "no line in %s says: %s".formatted(part.log(), message)));
    }

    private static Optional<LogLine> find(Part part, Pattern message) {
        try {
            return LogLine.find(Files.readString(part.log(), StandardCharsets.UTF_8), message);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package dev.tidemark.benchmarks.replay;

import dev.tidemark.benchmarks.measure.MeasurementException;
import dev.tidemark.benchmarks.measure.Table;
import dev.tidemark.quickstart.launch.Progress;
import dev.tidemark.quickstart.launch.Suite;
import dev.tidemark.quickstart.launch.SuiteOptions;
import dev.tidemark.quickstart.process.Await;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * How long a new node takes until it knows the log: a cache-service from a snapshot and the records
 * after it, a gateway from a cache-service's clock.
 */
public final class ReplayFigure {

    private static final int ROUNDS = 3;

    /** As one changed row has: its own tag and that of any row. */
    private static final int TAGS = 2;

    /** With 100,000 of them, a clock of 2^20 slots is full to about 80 percent. */
    private static final int FILLING_TAGS = 8;

    private static final Pattern KEPT =
            Pattern.compile("(?m)^tidemark_log_snapshots_total\\{outcome=\"kept\"} ([1-9].*)$");

    private static final Duration SNAPSHOT_TIMEOUT = Duration.ofSeconds(30);

    private ReplayFigure() {}

    /** A suite whose log nobody else writes, and of which no snapshot is made before it is time. */
    public static SuiteOptions suite(SuiteOptions options, int records) {
        return options.withProperty("data-retrieval-service", "tidemark.change.enabled", "false")
                .withProperty("cache-service", "tidemark.log.snapshot-period", "1h")
                .withProperty(
                        "cache-service",
                        "tidemark.log.snapshot-records",
                        Integer.toString(records + 1));
    }

    /**
     * Measures it, by killing nodes and starting them again.
     *
     * @param suite of {@link #suite}
     */
    public static Table measure(Suite suite, int records, long seed, Progress progress)
            throws InterruptedException {
        URI cacheService = suite.serviceUris().get(suite.cacheService().name());
        if (cacheService == null) {
            throw new MeasurementException("the suite has no cache-service");
        }
        progress.notice("telling a log of %,d records".formatted(records));
        StandInReader reader = new StandInReader(cacheService, seed);
        awaitSnapshot(suite);
        reader.change(records, TAGS);
        List<List<String>> rows = new ArrayList<>();
        rows.add(
                row(
                        "cache-service",
                        "nearly empty clock",
                        starts(
                                "cache-service after %,d records".formatted(records),
                                progress,
                                () -> Start.ofCacheService(suite.cacheService()))));
        progress.notice("filling the clock");
        // Until the next snapshot is due, and as much again: the instance may count from the
        // middle.
        reader.change(2 * (records + 1), FILLING_TAGS);
        awaitSnapshot(suite);
        rows.add(
                row(
                        "cache-service",
                        "full clock",
                        starts(
                                "cache-service after a snapshot",
                                progress,
                                () -> Start.ofCacheService(suite.cacheService()))));
        rows.add(
                row(
                        "gateway",
                        "full clock",
                        starts("gateway", progress, () -> Start.ofGateway(suite.gateway()))));
        return new Table(
                "A new node until it knows the log",
                List.of(
                        "clock of 2^20 slots; records of %d tags; median of %d starts by what it took to know the log"
                                .formatted(TAGS, ROUNDS),
                        "embedded Redis 7.0.15; JVMs as ./tidemark start has them"),
                List.of(
                        "node",
                        "snapshot",
                        "known after s",
                        "ready after s",
                        "snapshot ms",
                        "records",
                        "replay ms",
                        "records/s"),
                rows,
                List.of(
                        "known, ready: from the start of the process, so nearly all of it is the JVM and Spring.",
                        "snapshot: from Redis for a cache-service, from a cache-service (with the connection) for a gateway."));
    }

    private static void awaitSnapshot(Suite suite) {
        URI metrics =
                suite.managementUris()
                        .getOrDefault(suite.cacheService().name(), suite.baseUri())
                        .resolve("/actuator/prometheus");
        if (!Await.until(SNAPSHOT_TIMEOUT, () -> KEPT.matcher(get(metrics)).find())) {
            throw new MeasurementException("the cache-service keeps no snapshot");
        }
    }

    private static String get(URI uri) {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()).body();
        } catch (IOException e) {
            throw new MeasurementException(uri + " was not answered: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MeasurementException("interrupted", e);
        }
    }

    private static List<Start> starts(String what, Progress progress, Supplier<Start> again) {
        List<Start> starts = new ArrayList<>();
        for (int round = 1; round <= ROUNDS; round++) {
            progress.notice("starting %s, %d of %d".formatted(what, round, ROUNDS));
            starts.add(again.get());
        }
        return starts;
    }

    private static List<String> row(String node, String clock, List<Start> starts) {
        Start median =
                starts.stream()
                        .sorted(Comparator.comparing(Start::known))
                        .toList()
                        .get(starts.size() / 2);
        boolean replayed = median.records() > 1 && median.replayMillis() > 0;
        return List.of(
                node,
                clock,
                text("%.2f", median.known().toMillis() / 1000.0),
                text("%.2f", median.ready().toMillis() / 1000.0),
                text("%,d", median.snapshotMillis()),
                text("%,d", median.records()),
                text("%,d", median.replayMillis()),
                replayed ? text("%,.0f", median.records() * 1000.0 / median.replayMillis()) : "");
    }

    private static String text(String format, Object value) {
        return String.format(Locale.ROOT, format, value);
    }
}

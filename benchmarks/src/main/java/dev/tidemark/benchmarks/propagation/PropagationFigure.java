package dev.tidemark.benchmarks.propagation;

import dev.tidemark.benchmarks.measure.MeasurementException;
import dev.tidemark.benchmarks.measure.Pace;
import dev.tidemark.benchmarks.measure.Processor;
import dev.tidemark.benchmarks.measure.Table;
import dev.tidemark.benchmarks.propagation.Prober.Fresh;
import dev.tidemark.benchmarks.propagation.Prober.Probe;
import dev.tidemark.benchmarks.stage.DecodedTap;
import dev.tidemark.benchmarks.stage.FeedTap;
import dev.tidemark.benchmarks.stage.LogTap;
import dev.tidemark.benchmarks.stage.Tap;
import dev.tidemark.common.tag.Tag;
import dev.tidemark.quickstart.launch.Progress;
import dev.tidemark.quickstart.launch.Suite;
import dev.tidemark.quickstart.process.Await;
import java.io.IOException;
import java.net.URI;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * From a commit straight in PostgreSQL until the old entry is served by no gateway any more, while
 * other rows change at a steady rate.
 */
public final class PropagationFigure {

    /** A table this young is not known to every origin at once. */
    private static final Duration FIRST_FILL = Duration.ofSeconds(60);

    private static final Duration FILL = Duration.ofSeconds(10);

    /** Until writers have their connections and the pipeline its rhythm. */
    private static final Duration SETTLE = Duration.ofSeconds(1);

    private final Suite suite;
    private final PropagationOptions options;
    private final Progress progress;
    private final Map<Integer, Outcome> outcomes = new TreeMap<>();
    private final List<Tap> taps = new ArrayList<>();

    private PropagationFigure(Suite suite, PropagationOptions options, Progress progress) {
        this.suite = suite;
        this.options = options;
        this.progress = progress;
        Duration interval = Duration.ofSeconds(1).dividedBy(options.probesPerSecond());
        options.changesPerSecond().forEach(rate -> outcomes.put(rate, new Outcome(rate, interval)));
    }

    /** Measures a suite that nobody else uses; it makes two tables. */
    public static List<Table> measure(Suite suite, PropagationOptions options, Progress progress)
            throws InterruptedException {
        return new PropagationFigure(suite, options, progress).measure();
    }

    private List<Table> measure() throws InterruptedException {
        try {
            BenchmarkTables.create(suite.database());
            try (Prober prober =
                    new Prober(suite.database(), suite.gatewayUris(), options.pollPeriod())) {
                if (options.stages()) {
                    tap();
                }
                for (int i = 0; i < BenchmarkTables.PROBES; i++) {
                    prober.fill(FIRST_FILL);
                }
                int fastest = Collections.max(options.changesPerSecond());
                progress.notice("warming up at %,d changes/s".formatted(fastest));
                round(prober, fastest, options.warmUp(), new Outcome(fastest, Duration.ZERO));
                for (int round = 1; round <= options.rounds(); round++) {
                    for (int rate : options.changesPerSecond()) {
                        progress.notice(
                                "round %d of %d: %,d changes/s"
                                        .formatted(round, options.rounds(), rate));
                        round(
                                prober,
                                rate,
                                options.measured().dividedBy(options.rounds()),
                                outcome(rate));
                    }
                }
            }
        } catch (SQLException | IOException e) {
            throw new MeasurementException("the suite could not be measured: " + e.getMessage(), e);
        } finally {
            taps.forEach(Tap::close);
        }
        outcomes.values().forEach(Outcome::requireSound);
        return options.stages() ? List.of(table(), stageTable()) : List.of(table());
    }

    private void tap() throws SQLException, IOException {
        taps.add(new DecodedTap(suite.database(), BenchmarkTables.PROBE_TABLE));
        taps.add(new LogTap(suite.redis()));
        URI cacheService = suite.serviceUris().get(suite.cacheService().name());
        if (cacheService != null) {
            taps.add(new FeedTap(cacheService));
        }
    }

    private Outcome outcome(int rate) {
        return Objects.requireNonNull(outcomes.get(rate));
    }

    private void round(Prober prober, int rate, Duration time, Outcome outcome)
            throws SQLException, IOException, InterruptedException {
        try (SteadyWriters writers = SteadyWriters.start(suite.database(), rate, options.seed())) {
            Pace.awaitNanos(System.nanoTime() + SETTLE.toNanos());
            long before = writers.written();
            Processor processor = Processor.watch();
            long start = System.nanoTime();
            Pace pace = new Pace(options.probesPerSecond(), start);
            while (System.nanoTime() - start < time.toNanos()) {
                Fresh fresh = prober.fill(FILL);
                pace.awaitNext();
                Optional<Probe> probe = prober.probe(fresh, this::expect);
                probe.ifPresentOrElse(seen -> probed(seen, outcome), outcome::discarded);
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
            }
            long nanos = System.nanoTime() - start;
            outcome.round(writers.written() - before, nanos, processor.use());
        }
    }

    private void expect(int id) {
        long hash = Tag.row(BenchmarkTables.PROBE_TABLE, Integer.toString(id)).hash();
        taps.forEach(tap -> tap.expect(hash));
    }

    private void probed(Probe probe, Outcome outcome) {
        outcome.probed(probe);
        for (Tap tap : taps) {
            // It is invalid everywhere, so it has passed; the tap may not have been told yet.
            if (!Await.until(FILL, () -> tap.seenNanos().isPresent())) {
                throw new MeasurementException("nothing came by the tap " + tap.place());
            }
            outcome.passed(tap.place(), tap.seenNanos().orElseThrow() - probe.sentNanos());
        }
    }

    private Table stageTable() {
        List<String> places = taps.stream().map(Tap::place).toList();
        return new Table(
                "How far a change has come when, in ms since COMMIT was sent",
                List.of("in the rounds of the table above"),
                Outcome.stageColumns(places),
                outcomes.values().stream().map(outcome -> outcome.stageRow(places)).toList(),
                List.of(
                        "Each place is watched by one more follower of the same kind, which is a load of its own: the times are some higher than without."));
    }

    private Table table() {
        return new Table(
                "Commit to invalid in every near cache",
                List.of(
                        "%d gateways, %s changes of one row per transaction, %d probes/s, %d s at each rate in %d rounds"
                                .formatted(
                                        suite.gatewayUris().size(),
                                        options.changesPerSecond(),
                                        options.probesPerSecond(),
                                        options.measured().toSeconds(),
                                        options.rounds()),
                        "embedded PostgreSQL 18 (fsync off) and Redis 7.0.15, everything on one machine, clients and probes too",
                        "services as ./tidemark start runs them: -Xmx384m, Serial GC, the first of the JVM's compilers only"
                                + (options.jvmOptions().isEmpty()
                                        ? ""
                                        : "; but " + String.join(" ", options.jvmOptions()))),
                Outcome.COLUMNS,
                outcomes.values().stream().map(Outcome::row).toList(),
                List.of(
                        "p50, p99, max: from when COMMIT had returned until the last gateway had stopped serving the old entry. 'At once':"
                                + " it had before COMMIT returned, which counts as 0; decoding begins when the commit is flushed, not when the client hears of it.",
                        "sent: the same from when COMMIT was sent.",
                        "others: the share of the machine that was taken by what has nothing to do with this.",
                        "resolution: between the last look that found the old entry and the first that did not; the latter is what counts, as answered as late as the slowest look before it."));
    }
}

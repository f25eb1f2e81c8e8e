package dev.tidemark.benchmarks.read;

import dev.tidemark.benchmarks.load.OpenLoop;
import dev.tidemark.benchmarks.measure.Latencies;
import dev.tidemark.benchmarks.measure.MeasurementException;
import dev.tidemark.benchmarks.measure.Spread;
import dev.tidemark.benchmarks.measure.Table;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;

/** One server in an open loop, round by round. */
final class Paced {

    private static final Duration WARM_UP = Duration.ofSeconds(3);

    /** Slower than this share of what was asked for, and it is the client that was measured. */
    private static final double KEPT_MIN = 0.98;

    private final String name;
    private final OpenLoop loop;
    private final LoadPlan plan;
    private final IntFunction<List<String>> targets;
    private final List<OpenLoop.Outcome> rounds = new ArrayList<>();

    /** One that is asked for the same all the time. */
    Paced(String name, URI uri, LoadPlan plan, List<String> targets) {
        this(name, uri, plan, number -> targets);
    }

    /**
     * @param targets so many, for one run
     */
    Paced(String name, URI uri, LoadPlan plan, IntFunction<List<String>> targets) {
        this.name = name;
        this.loop = new OpenLoop(uri, plan.connections());
        this.plan = plan;
        this.targets = targets;
    }

    String name() {
        return name;
    }

    void warmUp(double perSecond) {
        run(perSecond, WARM_UP);
    }

    void run(double perSecond) {
        OpenLoop.Outcome outcome = run(perSecond, plan.each());
        if (outcome.failures() > 0) {
            throw new MeasurementException(
                    "%s failed %d of %d requests"
                            .formatted(name, outcome.failures(), outcome.requests()));
        }
        if (outcome.perSecond() < KEPT_MIN * perSecond) {
            throw new MeasurementException(
                    "%s answered %.0f requests/s, not %.0f: too many for one of the two"
                            .formatted(name, outcome.perSecond(), perSecond));
        }
        rounds.add(outcome);
    }

    private OpenLoop.Outcome run(double perSecond, Duration time) {
        int number = (int) Math.ceil(perSecond * time.toNanos() / 1e9) + 1;
        return loop.run(targets.apply(number), perSecond, time);
    }

    /** A percentile in ms, over the rounds. */
    Spread at(double percentile) {
        return Spread.of(
                rounds.stream().map(round -> round.latencies().millisAt(percentile)).toList());
    }

    /** A percentile divided by another server's, round by round. */
    Spread ratio(Paced other, double percentile) {
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < rounds.size(); i++) {
            ratios.add(
                    rounds.get(i).latencies().millisAt(percentile)
                            / other.rounds.get(i).latencies().millisAt(percentile));
        }
        return Spread.of(ratios);
    }

    private Latencies all() {
        Latencies all = Latencies.fromDue();
        rounds.forEach(round -> all.add(round.latencies()));
        return all;
    }

    private Latencies lateness() {
        Latencies all = Latencies.fromDue();
        rounds.forEach(round -> all.add(round.lateness()));
        return all;
    }

    static Table table(String title, List<String> parameters, List<Paced> servers) {
        return new Table(
                title,
                parameters,
                List.of(
                        "server",
                        "p50 ms",
                        "min–max",
                        "p99 ms",
                        "min–max",
                        "p99.9 ms",
                        "max ms",
                        "client late p50/p99 ms"),
                servers.stream().map(Paced::row).toList(),
                List.of(
                        "open loop: each latency counts from when its request was due, whether or not it could be sent then",
                        "p50 and p99: medians of the rounds, with the lowest and highest; p99.9 and max: of all rounds together",
                        "client late: how long after it was due a request was sent, which is part of its latency"));
    }

    private List<String> row() {
        Spread p50 = at(50);
        Spread p99 = at(99);
        Latencies all = all();
        return List.of(
                name,
                p50.middle("%.2f"),
                p50.range("%.2f"),
                p99.middle("%.2f"),
                p99.range("%.2f"),
                String.format(Locale.ROOT, "%.2f", all.millisAt(99.9)),
                String.format(Locale.ROOT, "%.1f", all.millisMax()),
                String.format(
                        Locale.ROOT,
                        "%.2f/%.2f",
                        lateness().millisAt(50),
                        lateness().millisAt(99)));
    }
}

package dev.tidemark.benchmarks.read;

import dev.tidemark.benchmarks.load.Throughput;
import dev.tidemark.benchmarks.measure.BarChart;
import dev.tidemark.benchmarks.measure.MeasurementException;
import dev.tidemark.benchmarks.measure.ProcessUse;
import dev.tidemark.benchmarks.measure.Ratio;
import dev.tidemark.benchmarks.measure.Spread;
import dev.tidemark.benchmarks.measure.Steadiness;
import dev.tidemark.benchmarks.measure.Table;
import dev.tidemark.benchmarks.peer.Redis;
import dev.tidemark.quickstart.launch.Progress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Several servers under the same closed loop, in interleaved rounds: all of them run all the time,
 * one is asked, and each round begins with another. So what the machine does beside is shared out
 * among them, and their ratio within a round is of the same minute.
 */
final class Contest {

    private static final Duration WARM_UP_SLICE = Duration.ofSeconds(2);

    /** More than so many answers that are none, and the rate says nothing. */
    private static final double FAILURES_MAX = 0.001;

    private static final double MIB = 1 << 20;

    private final LoadPlan plan;
    private final Progress progress;
    private final Map<Contender, List<Round>> rounds = new LinkedHashMap<>();
    private final List<String> remarks = new ArrayList<>();

    /** What one contender did in one round. */
    private record Round(Throughput throughput, Map<String, Double> cpuMicros) {}

    Contest(LoadPlan plan, List<Contender> contenders, Progress progress) {
        this.plan = plan;
        this.progress = progress;
        for (Contender contender : contenders) {
            rounds.put(contender, new ArrayList<>());
        }
    }

    /** Warms all of them up, and measures. */
    Contest run() {
        rounds.keySet().forEach(this::warmUp);
        List<Contender> order = new ArrayList<>(rounds.keySet());
        for (int round = 1; round <= plan.rounds(); round++) {
            progress.notice("round %d of %d".formatted(round, plan.rounds()));
            order.forEach(this::measure);
            order.add(order.removeFirst());
        }
        return this;
    }

    private void warmUp(Contender contender) {
        progress.notice("warming up: " + contender.name());
        Steadiness steadiness = new Steadiness();
        long slicesMax = plan.warmUpMax().dividedBy(WARM_UP_SLICE);
        while (!steadiness.isReached() && steadiness.slices() < slicesMax) {
            steadiness.add(contender.load().run(WARM_UP_SLICE).perSecond());
        }
        if (!steadiness.isReached()) {
            remarks.add(
                    "%s was not steady after %d s of warming up"
                            .formatted(contender.name(), plan.warmUpMax().toSeconds()));
        }
    }

    private void measure(Contender contender) {
        Map<String, Duration> before = cpu(contender);
        Throughput throughput = contender.load().run(plan.each());
        Map<String, Duration> after = cpu(contender);
        if (throughput.requests() == 0
                || throughput.failures() > FAILURES_MAX * throughput.requests()) {
            throw new MeasurementException(
                    "%s failed %d of %d requests"
                            .formatted(
                                    contender.name(),
                                    throughput.failures(),
                                    throughput.requests()));
        }
        Map<String, Double> micros = new TreeMap<>();
        after.forEach((name, time) ->
                micros.put(
                        name,
                        time.minus(before.getOrDefault(name, Duration.ZERO)).toNanos()
                                / 1e3
                                / throughput.requests()));
        of(contender).add(new Round(throughput, micros));
    }

    private List<Round> of(Contender contender) {
        return rounds.getOrDefault(contender, List.of());
    }

    private static Map<String, Duration> cpu(Contender contender) {
        Map<String, Duration> times = new TreeMap<>();
        contender
                .processes()
                .forEach((name, pids) ->
                        times.put(
                                name,
                                pids.stream()
                                        .map(ProcessUse::cpu)
                                        .reduce(Duration.ZERO, Duration::plus)));
        return times;
    }

    Spread rates(Contender contender) {
        return Spread.of(
                of(contender).stream().map(round -> round.throughput().perSecond()).toList());
    }

    /** One's rate divided by another's, round by round. */
    Spread ratio(Contender one, Contender other) {
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < plan.rounds(); i++) {
            ratios.add(
                    of(one).get(i).throughput().perSecond()
                            / of(other).get(i).throughput().perSecond());
        }
        return Spread.of(ratios);
    }

    /** The same as a ratio with bars, more being better. */
    Ratio ratio(String name, Contender one, Contender other, double reach, double aim) {
        return new Ratio(name, ratio(one, other), reach, aim, true);
    }

    Table table(String title, List<String> parameters) {
        List<List<String>> rows = new ArrayList<>();
        rounds.keySet().forEach(contender -> rows.add(row(contender)));
        List<String> all = new ArrayList<>(parameters);
        all.add(plan.description());
        all.add("Redis: " + Redis.programName());
        return new Table(
                title,
                all,
                List.of("server", "requests/s", "min–max", "CPU µs/request", "PSS MiB"),
                rows,
                remarks);
    }

    private List<String> row(Contender contender) {
        Spread rates = rates(contender);
        return List.of(
                contender.name(),
                rates.middle("%,.0f"),
                rates.range("%,.0f"),
                byProcess(cpuMedians(contender), "%.1f"),
                byProcess(pss(contender), "%.0f"));
    }

    private Map<String, Double> cpuMedians(Contender contender) {
        Map<String, Double> medians = new TreeMap<>();
        contender
                .processes()
                .keySet()
                .forEach(name ->
                        medians.put(
                                name,
                                Spread.of(
                                                of(contender).stream()
                                                        .map(round ->
                                                                round.cpuMicros()
                                                                        .getOrDefault(name, 0.0))
                                                        .toList())
                                        .median()));
        return medians;
    }

    private static Map<String, Double> pss(Contender contender) {
        Map<String, Double> sizes = new TreeMap<>();
        contender
                .processes()
                .forEach((name, pids) ->
                        sizes.put(name, pids.stream().mapToLong(ProcessUse::pssBytes).sum() / MIB));
        return sizes;
    }

    private static String byProcess(Map<String, Double> values, String format) {
        double sum = values.values().stream().mapToDouble(value -> value).sum();
        String total = String.format(Locale.ROOT, format, sum);
        if (values.size() == 1) {
            return total;
        }
        List<String> parts = new ArrayList<>();
        values.forEach(
                (name, value) -> parts.add(name + " " + String.format(Locale.ROOT, format, value)));
        return total + " (" + String.join(", ", parts) + ")";
    }

    BarChart chart(String title) {
        return new BarChart(
                title,
                "requests/s",
                rounds.keySet().stream()
                        .map(contender ->
                                new BarChart.Bar(
                                        contender.name(), rates(contender), contender.ours()))
                        .toList());
    }
}

package dev.tidemark.benchmarks.validation;

import dev.tidemark.benchmarks.code.Jmh;
import dev.tidemark.benchmarks.measure.Finding;
import dev.tidemark.benchmarks.measure.Table;
import dev.tidemark.quickstart.launch.Progress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;

/** What it costs to check an entry on each hit. */
public final class ValidationFigure {

    private ValidationFigure() {}

    /**
     * Has JMH measure it, in JVMs of its own.
     *
     * @param iterationMillis of each of JMH's iterations
     */
    public static Finding measure(int iterationMillis, Progress progress) {
        return new Finding(
                List.of(hits(iterationMillis, progress), clocks(iterationMillis, progress)),
                List.of(),
                Map.of());
    }

    private static Table hits(int iterationMillis, Progress progress) {
        List<List<String>> rows = new ArrayList<>();
        for (String benchmark : List.of("baseline", "isValid", "stalenessNanos", "find")) {
            for (RunResult result :
                    run(FollowerBenchmark.class, benchmark, iterationMillis, progress)) {
                rows.add(
                        row(
                                benchmark,
                                result.getParams().getParam("entries"),
                                result.getParams().getParam("tags"),
                                result.getPrimaryResult()));
            }
        }
        return new Table(
                "Cost of validation per hit",
                Jmh.parameters(iterationMillis),
                List.of("call", "entries", "tags", "ns", "±"),
                rows,
                List.of(
                        "isValid: LogFollower, what every layer asks. stalenessNanos: the gateway's Follower, with staleness and two readings of the clock's moment. find: the whole near cache, Caffeine included.",
                        "baseline: the loop, and the answer's own cache line; it is in the others too.",
                        "64 entries stay in the processor's first caches, 65,536 with their slots in a clock of 8 MiB do not."));
    }

    private static Table clocks(int iterationMillis, Progress progress) {
        List<List<String>> rows = new ArrayList<>();
        for (String group : List.of("alone", "alonePlain", "steadyChanges", "flatOut")) {
            for (RunResult result : run(ClockBenchmark.class, group, iterationMillis, progress)) {
                result.getSecondaryResults()
                        .forEach((name, ofMethod) -> {
                            if (name.startsWith("change")) {
                                return;
                            }
                            rows.add(
                                    row(name, result.getParams().getParam("slots"), "4", ofMethod));
                        });
                if (result.getSecondaryResults().isEmpty()) {
                    rows.add(
                            row(
                                    group,
                                    result.getParams().getParam("slots"),
                                    "4",
                                    result.getPrimaryResult()));
                }
            }
        }
        return new Table(
                "Volatile reads and shared cache lines in the tag clock",
                Jmh.parameters(iterationMillis),
                List.of("TagClock.isValid", "slots", "tags", "ns", "±"),
                rows,
                List.of(
                        "alonePlain: the same on a plain array. 64 slots are 8 cache lines, which all changes write to."));
    }

    private static List<RunResult> run(
            Class<?> benchmarks, String name, int iterationMillis, Progress progress) {
        return Jmh.run(benchmarks, name, iterationMillis, progress).stream()
                .sorted(
                        Comparator.comparingInt(ValidationFigure::first)
                                .thenComparingInt(ValidationFigure::second))
                .toList();
    }

    private static int first(RunResult result) {
        return parameter(result, "entries") + parameter(result, "slots");
    }

    private static int second(RunResult result) {
        return parameter(result, "tags");
    }

    private static int parameter(RunResult result, String name) {
        String value = result.getParams().getParam(name);
        return value == null ? 0 : Integer.parseInt(value);
    }

    private static List<String> row(String call, String size, String tags, Result<?> result) {
        return List.of(
                call,
                size,
                tags,
                String.format(Locale.ROOT, "%.1f", result.getScore()),
                String.format(Locale.ROOT, "%.1f", result.getScoreError()));
    }
}

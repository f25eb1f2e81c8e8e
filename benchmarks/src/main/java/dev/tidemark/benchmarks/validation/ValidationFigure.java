package dev.tidemark.benchmarks.validation;

import dev.tidemark.benchmarks.measure.MeasurementException;
import dev.tidemark.benchmarks.measure.Table;
import dev.tidemark.quickstart.launch.Progress;
import dev.tidemark.quickstart.process.Guard;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** What it costs to check an entry on each hit. */
public final class ValidationFigure {

    private static final int FORKS = 2;
    private static final int WARM_UPS = 4;
    private static final int MEASUREMENTS = 6;

    private ValidationFigure() {}

    /**
     * Has JMH measure it, in JVMs of its own.
     *
     * @param iterationMillis of each of JMH's iterations
     */
    public static List<Table> measure(int iterationMillis, Progress progress) {
        Guard.ofThisJvm().beforeTheEnd(ValidationFigure::endForks);
        // Its lock file would stay behind.
        System.setProperty("jmh.ignoreLock", "true");
        return List.of(hits(iterationMillis, progress), clocks(iterationMillis, progress));
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
                parameters(iterationMillis),
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
                parameters(iterationMillis),
                List.of("TagClock.isValid", "slots", "tags", "ns", "±"),
                rows,
                List.of(
                        "alonePlain: the same on a plain array. 64 slots are 8 cache lines, which all changes write to."));
    }

    private static List<String> parameters(int iterationMillis) {
        return List.of(
                "JMH, average time, %d forks × %d iterations of %d ms after %d to warm up, Serial GC; ± is the 99.9 %% confidence interval"
                        .formatted(FORKS, MEASUREMENTS, iterationMillis, WARM_UPS));
    }

    private static List<RunResult> run(
            Class<?> benchmarks, String name, int iterationMillis, Progress progress) {
        progress.notice("JMH: " + benchmarks.getSimpleName() + "." + name);
        TimeValue iteration = TimeValue.milliseconds(iterationMillis);
        Options options =
                new OptionsBuilder()
                        .include(
                                "^" + benchmarks.getName().replace(".", "\\.") + "\\." + name + "$")
                        .forks(FORKS)
                        .warmupIterations(WARM_UPS)
                        .warmupTime(iteration)
                        .measurementIterations(MEASUREMENTS)
                        .measurementTime(iteration)
                        .jvmArgs(
                                "-Xmx1g",
                                "-XX:+UseSerialGC",
                                "--sun-misc-unsafe-memory-access=allow")
                        .verbosity(VerboseMode.SILENT)
                        .shouldFailOnError(true)
                        .build();
        try {
            Collection<RunResult> results = new Runner(options).run();
            if (results.isEmpty()) {
                throw new MeasurementException("JMH found no benchmark named " + name);
            }
            return results.stream()
                    .sorted(
                            Comparator.comparingInt(ValidationFigure::first)
                                    .thenComparingInt(ValidationFigure::second))
                    .toList();
        } catch (RunnerException e) {
            throw new MeasurementException("JMH failed: " + e.getMessage(), e);
        }
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

    /** JMH's own JVMs, which do not end with this one by themselves. */
    private static void endForks() {
        ProcessHandle.current()
                .children()
                .filter(child ->
                        child.info()
                                .commandLine()
                                .filter(line -> line.contains("org.openjdk.jmh"))
                                .isPresent())
                .forEach(ProcessHandle::destroyForcibly);
    }
}

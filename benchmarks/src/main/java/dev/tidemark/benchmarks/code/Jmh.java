package dev.tidemark.benchmarks.code;

import dev.tidemark.benchmarks.measure.MeasurementException;
import dev.tidemark.quickstart.launch.Progress;
import dev.tidemark.quickstart.process.Guard;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** JMH as all figures here use it: in JVMs of its own, which end with this one. */
public final class Jmh {

    private static final int FORKS = 2;
    private static final int WARM_UPS = 4;
    private static final int MEASUREMENTS = 6;
    private static final AtomicBoolean PREPARED = new AtomicBoolean();

    private Jmh() {}

    /** For a table. */
    public static List<String> parameters(int iterationMillis) {
        return List.of(
                "JMH, average time, %d forks × %d iterations of %d ms after %d to warm up, Serial GC; ± is the 99.9 %% confidence interval"
                        .formatted(FORKS, MEASUREMENTS, iterationMillis, WARM_UPS));
    }

    /**
     * Runs the benchmarks of one method or group, one for each of their parameters' values.
     *
     * @param name a regular expression that fits the whole of the method's or group's name
     */
    public static Collection<RunResult> run(
            Class<?> benchmarks, String name, int iterationMillis, Progress progress) {
        prepare();
        progress.notice("JMH: " + benchmarks.getSimpleName() + "." + name);
        TimeValue iteration = TimeValue.milliseconds(iterationMillis);
        try {
            Collection<RunResult> results =
                    new Runner(
                                    new OptionsBuilder()
                                            .include(
                                                    "^%s\\.%s$"
                                                            .formatted(
                                                                    benchmarks
                                                                            .getName()
                                                                            .replace(".", "\\."),
                                                                    name))
                                            .forks(FORKS)
                                            .warmupIterations(WARM_UPS)
                                            .warmupTime(iteration)
                                            .measurementIterations(MEASUREMENTS)
                                            .measurementTime(iteration)
                                            .addProfiler(GCProfiler.class)
                                            .jvmArgs(
                                                    // A million entries are a good gigabyte.
                                                    "-Xmx4g",
                                                    "-XX:+UseSerialGC",
                                                    "--sun-misc-unsafe-memory-access=allow")
                                            .verbosity(VerboseMode.SILENT)
                                            .shouldFailOnError(true)
                                            .build())
                            .run();
            if (results.isEmpty()) {
                throw new MeasurementException("JMH found no benchmark named " + name);
            }
            return results;
        } catch (RunnerException e) {
            throw new MeasurementException("JMH failed: " + e.getMessage(), e);
        }
    }

    private static void prepare() {
        if (PREPARED.compareAndSet(false, true)) {
            Guard.ofThisJvm().beforeTheEnd(Jmh::endForks);
            // Its lock file would stay behind.
            System.setProperty("jmh.ignoreLock", "true");
        }
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

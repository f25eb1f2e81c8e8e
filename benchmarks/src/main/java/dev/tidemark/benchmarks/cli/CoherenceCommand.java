package dev.tidemark.benchmarks.cli;

import dev.tidemark.benchmarks.collision.CollisionFigure;
import dev.tidemark.benchmarks.measure.Machine;
import dev.tidemark.benchmarks.measure.Report;
import dev.tidemark.benchmarks.propagation.PropagationFigure;
import dev.tidemark.benchmarks.propagation.PropagationOptions;
import dev.tidemark.benchmarks.replay.ReplayFigure;
import dev.tidemark.quickstart.launch.Suite;
import dev.tidemark.quickstart.launch.SuiteOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ./tidemark bench coherence}: how fast, how exact and how cheap invalidation is. */
@Command(name = "coherence")
final class CoherenceCommand implements Callable<Integer> {

    /** What can be measured, in the order in which it is. */
    enum Figure {
        PROPAGATION,
        COLLISIONS,
        REPLAY
    }

    private static final int SECONDS_MIN = 3;
    private static final int INSTANCES_MAX = 8;
    private static final int ROUNDS = 3;
    @Spec CommandSpec spec = CommandSpec.create();

    @Option(names = "--figures", paramLabel = "A,B", split = ",")
    List<Figure> figures = List.of(Figure.values());

    @Option(names = "--seconds", paramLabel = "N")
    int seconds = 45;

    @Option(names = "--warm-up", paramLabel = "N")
    int warmUp = 30;

    @Option(names = "--jvm-option", paramLabel = "OPTION")
    List<String> jvmOptions = List.of();

    @Option(names = "--rates", paramLabel = "N,N", split = ",")
    List<Integer> rates = List.of(100, 1_000);

    @Option(names = "--gateways", paramLabel = "N")
    int gateways = 3;

    @Option(names = "--cache-services", paramLabel = "N")
    int cacheServices = 1;

    @Option(names = "--probes", paramLabel = "N")
    int probes = 5;

    @Option(names = "--poll-micros", paramLabel = "N")
    int pollMicros = 4_000;

    @Option(names = "--stages")
    boolean stages;

    @Option(names = "--records", paramLabel = "N")
    int records = 100_000;

    @Option(names = "--seed", paramLabel = "N")
    long seed = 1;

    @Override
    public Integer call() throws InterruptedException, IOException {
        require(seconds >= SECONDS_MIN, "--seconds must be at least " + SECONDS_MIN);
        require(warmUp >= 1, "--warm-up must be at least 1");
        require(
                !rates.isEmpty() && rates.stream().allMatch(rate -> rate >= 1),
                "--rates must be positive");
        require(
                gateways >= 1 && gateways <= INSTANCES_MAX,
                "--gateways must be from 1 to " + INSTANCES_MAX);
        require(
                cacheServices >= 1 && cacheServices <= INSTANCES_MAX,
                "--cache-services must be from 1 to " + INSTANCES_MAX);
        require(probes >= 1 && probes <= 1_000, "--probes must be from 1 to 1000");
        require(pollMicros >= 50, "--poll-micros must be at least 50");
        require(records >= 1, "--records must be positive");
        PrintWriter out = spec.commandLine().getOut();
        Console console = new Console(out);
        Report report = new Report(Machine.current(), out);
        Path home = Path.of(System.getProperty("tidemark.home", ".")).toAbsolutePath().normalize();
        if (figures.contains(Figure.PROPAGATION)) {
            propagation(home, console, report);
        }
        if (figures.contains(Figure.COLLISIONS)) {
            report.add(CollisionFigure.measure(seed, console));
        }
        if (figures.contains(Figure.REPLAY)) {
            replay(home, console, report);
        }
        Path file = home.resolve("benchmarks/target/bench-coherence.json");
        report.write(file);
        console.notice("also in " + home.relativize(file));
        return 0;
    }

    private void propagation(Path home, Console console, Report report)
            throws InterruptedException {
        SuiteOptions options =
                SuiteOptions.sample(home)
                        .withInstances("gateway", gateways)
                        .withInstances("cache-service", cacheServices)
                        .withJvmOptions(jvmOptions);
        console.notice("starting a suite");
        try (Suite suite = Suite.start(options, console)) {
            PropagationFigure.measure(
                            suite,
                            new PropagationOptions(
                                    rates,
                                    Duration.ofSeconds(seconds),
                                    ROUNDS,
                                    Duration.ofSeconds(warmUp),
                                    probes,
                                    Duration.ofNanos(pollMicros * 1_000L),
                                    stages,
                                    jvmOptions,
                                    seed),
                            console)
                    .forEach(report::add);
        }
    }

    private void replay(Path home, Console console, Report report) throws InterruptedException {
        console.notice("starting a suite");
        try (Suite suite =
                Suite.start(ReplayFigure.suite(SuiteOptions.sample(home), records), console)) {
            report.add(ReplayFigure.measure(suite, records, seed, console));
        }
    }

    private void require(boolean condition, String message) {
        if (!condition) {
            throw new ParameterException(spec.commandLine(), message);
        }
    }
}

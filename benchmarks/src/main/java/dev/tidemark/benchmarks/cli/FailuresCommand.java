package dev.tidemark.benchmarks.cli;

import dev.tidemark.benchmarks.failure.Experiment;
import dev.tidemark.benchmarks.failure.FailureFigure;
import dev.tidemark.benchmarks.failure.Fault;
import dev.tidemark.benchmarks.measure.Machine;
import dev.tidemark.benchmarks.measure.Report;
import dev.tidemark.quickstart.launch.Suite;
import dev.tidemark.quickstart.launch.SuiteOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ./tidemark bench failures}: what clients see while parts of a suite fail. */
@Command(name = "failures")
final class FailuresCommand implements Callable<Integer> {

    private static final int READS_MAX = 10_000;
    private static final int GATEWAYS_MAX = 8;

    @Spec CommandSpec spec = CommandSpec.create();

    @Option(names = "--faults", paramLabel = "A,B", split = ",")
    List<Fault> faults = List.of(Fault.values());

    @Option(names = "--before", paramLabel = "FOLDER")
    @Nullable Path before;

    @Option(names = "--gateways", paramLabel = "N")
    int gateways = 3;

    @Option(names = "--reads", paramLabel = "N")
    int readsPerSecond = 60;

    @Option(names = "--seconds", paramLabel = "N")
    int seconds = 30;

    @Option(names = "--seed", paramLabel = "N")
    long seed = 1;

    @Override
    public Integer call() throws IOException {
        require(
                readsPerSecond >= 1 && readsPerSecond <= READS_MAX,
                "--reads must be from 1 to " + READS_MAX);
        require(
                gateways >= 2 && gateways <= GATEWAYS_MAX,
                "--gateways must be from 2 to " + GATEWAYS_MAX);
        require(seconds >= 1, "--seconds must be at least 1");
        Console console = new Console(spec.commandLine().getOut());
        Report report = new Report(Machine.current(), spec.commandLine().getOut());
        Path home = Path.of(System.getProperty("tidemark.home", ".")).toAbsolutePath().normalize();
        console.notice("starting a suite");
        SuiteOptions options = Experiment.suite(home, gateways);
        if (before != null) {
            options = options.withBefore(before.toAbsolutePath().normalize());
        }
        try (Suite suite = Suite.start(options, console)) {
            report.add(
                    FailureFigure.measure(
                            suite,
                            home,
                            faults,
                            readsPerSecond,
                            Duration.ofSeconds(seconds),
                            seed,
                            console));
        }
        Path file = home.resolve("benchmarks/target/bench-failures.json");
        report.write(file);
        console.notice("also in " + home.relativize(file));
        return 0;
    }

    private void require(boolean condition, String message) {
        if (!condition) {
            throw new ParameterException(spec.commandLine(), message);
        }
    }
}

package dev.tidemark.benchmarks.cli;

import dev.tidemark.benchmarks.measure.Machine;
import dev.tidemark.benchmarks.measure.Report;
import dev.tidemark.benchmarks.validation.ValidationFigure;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ./tidemark bench validation}: what it costs to check an entry on each hit. */
@Command(name = "validation")
final class ValidationCommand implements Callable<Integer> {

    private static final int MILLIS_MIN = 10;

    @Spec CommandSpec spec = CommandSpec.create();

    @Option(names = "--iteration-millis", paramLabel = "N")
    int iterationMillis = 500;

    @Override
    public Integer call() throws IOException {
        if (iterationMillis < MILLIS_MIN) {
            throw new ParameterException(
                    spec.commandLine(), "--iteration-millis must be at least " + MILLIS_MIN);
        }
        Console console = new Console(spec.commandLine().getOut());
        Report report = new Report(Machine.current(), spec.commandLine().getOut());
        ValidationFigure.measure(iterationMillis, console).forEach(report::add);
        Path home = Path.of(System.getProperty("tidemark.home", ".")).toAbsolutePath().normalize();
        Path file = home.resolve("benchmarks/target/bench-validation.json");
        report.write(file);
        console.notice("also in " + home.relativize(file));
        return 0;
    }
}

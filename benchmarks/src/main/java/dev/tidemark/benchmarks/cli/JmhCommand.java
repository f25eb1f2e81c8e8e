package dev.tidemark.benchmarks.cli;

import dev.tidemark.benchmarks.code.CodeFigure;
import dev.tidemark.benchmarks.measure.Finding;
import dev.tidemark.benchmarks.measure.Machine;
import dev.tidemark.benchmarks.measure.Report;
import dev.tidemark.benchmarks.validation.GrowthFigure;
import dev.tidemark.benchmarks.validation.ValidationFigure;
import dev.tidemark.quickstart.launch.Progress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A command that has JMH measure some classes by themselves. */
@Command
final class JmhCommand implements Callable<Integer> {

    /** Measures, with iterations of so many milliseconds. */
    @FunctionalInterface
    interface Measurement {
        Finding measure(int iterationMillis, Progress progress);
    }

    /** All there are, by name. */
    static final Map<String, Measurement> ALL =
            Map.of(
                    "code", CodeFigure::measure,
                    "validation", ValidationFigure::measure,
                    "growth", GrowthFigure::measure);

    private static final int MILLIS_MIN = 10;

    @Spec CommandSpec spec = CommandSpec.create();

    @Option(names = "--iteration-millis", paramLabel = "N")
    int iterationMillis = 500;

    private final String name;
    private final Measurement measurement;

    JmhCommand(String name, Measurement measurement) {
        this.name = name;
        this.measurement = measurement;
    }

    @Override
    public Integer call() throws IOException {
        if (iterationMillis < MILLIS_MIN) {
            throw new ParameterException(
                    spec.commandLine(), "--iteration-millis must be at least " + MILLIS_MIN);
        }
        Console console = new Console(spec.commandLine().getOut());
        Report report = new Report(Machine.current(), spec.commandLine().getOut());
        report.add(measurement.measure(iterationMillis, console));
        Path home = FigureCommand.home();
        Path file = home.resolve("benchmarks/target/bench-" + name + ".json");
        report.write(file);
        console.notice("also in " + home.relativize(file));
        return 0;
    }
}

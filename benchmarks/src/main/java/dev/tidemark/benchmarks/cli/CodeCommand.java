package dev.tidemark.benchmarks.cli;

import dev.tidemark.benchmarks.code.CodeFigure;
import dev.tidemark.benchmarks.measure.Machine;
import dev.tidemark.benchmarks.measure.Report;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ./tidemark bench code}: what the classes on the hottest paths cost by themselves. */
@Command(name = "code")
final class CodeCommand implements Callable<Integer> {

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
        report.add(CodeFigure.measure(iterationMillis, console));
        Path file = FigureCommand.home().resolve("benchmarks/target/bench-code.json");
        report.write(file);
        return 0;
    }
}

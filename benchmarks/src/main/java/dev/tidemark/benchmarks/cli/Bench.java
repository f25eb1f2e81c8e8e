package dev.tidemark.benchmarks.cli;

import dev.tidemark.quickstart.process.ParentProcess;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;

/** The program behind {@code ./tidemark bench}. Whatever goes wrong ends in one line. */
@Command(
        name = "bench",
        subcommands = {CoherenceCommand.class, FailuresCommand.class, QuickCommand.class})
public final class Bench {

    private static final int USAGE = 2;
    private static final int FAILURE = 1;

    private Bench() {}

    public static void main(String[] arguments) {
        ParentProcess.endWithIt();
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        CommandLine command = new CommandLine(new Bench());
        Figures.all()
                .forEach((name, figure) ->
                        command.addSubcommand(name, new FigureCommand(name, figure)));
        JmhCommand.ALL.forEach(
                (name, figure) -> command.addSubcommand(name, new JmhCommand(name, figure)));
        return command.setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler(Bench::refuse)
                .setExecutionExceptionHandler(Bench::fail);
    }

    private static int refuse(ParameterException problem, String[] arguments) {
        return say(
                problem.getCommandLine().getErr(),
                problem.getMessage() + " (see ./tidemark bench --help)",
                USAGE);
    }

    private static int fail(
            Exception problem, CommandLine command, CommandLine.ParseResult parsed) {
        if (System.getenv("TIDEMARK_DEBUG") != null) {
            problem.printStackTrace(command.getErr());
        }
        String message = problem.getMessage();
        boolean expected =
                problem.getClass().getPackageName().startsWith("dev.tidemark") && message != null;
        return say(
                command.getErr(),
                expected && message != null
                        ? message
                        : "unexpected: %s (TIDEMARK_DEBUG=1 shows more)".formatted(problem),
                FAILURE);
    }

    private static int say(PrintWriter err, String message, int status) {
        err.println("tidemark: " + message);
        err.flush();
        return status;
    }
}

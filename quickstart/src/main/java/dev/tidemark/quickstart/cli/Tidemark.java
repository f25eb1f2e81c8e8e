package dev.tidemark.quickstart.cli;

import dev.tidemark.quickstart.process.ParentProcess;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;

/**
 * The program that {@code ./tidemark} runs once it is built. Whatever goes wrong ends in one line
 * and an exit code that is not 0.
 */
@Command(name = "tidemark", subcommands = StartCommand.class)
public final class Tidemark {
    /** An option or its value is wrong. */
    static final int USAGE = 2;

    /** Something could not be done. */
    static final int FAILURE = 1;

    private Tidemark() {}

    public static void main(String[] arguments) {
        ParentProcess.endWithIt();
        System.exit(run(arguments));
    }

    static int run(String... arguments) {
        return new CommandLine(new Tidemark())
                .setParameterExceptionHandler(Tidemark::refuse)
                .setExecutionExceptionHandler(Tidemark::fail)
                .execute(arguments);
    }

    private static int refuse(ParameterException problem, String[] arguments) {
        return say(
                problem.getCommandLine().getErr(),
                problem.getMessage() + " (see ./tidemark start --help)",
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

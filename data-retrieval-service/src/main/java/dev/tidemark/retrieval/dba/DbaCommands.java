package dev.tidemark.retrieval.dba;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Set;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;

/**
 * The DBA's commands: what {@code data-retrieval-service.jar} is when its first argument is one of
 * them.
 */
@Command(
        name = "tidemark",
        subcommands = {
            DoctorCommand.class,
            PrepareCommand.class,
            DropCommand.class,
            PurgeCommand.class
        })
public final class DbaCommands {

    /** It was done, and all is well. */
    static final int OK = 0;

    /** It could not be done, or all is not well. */
    static final int FAILURE = 1;

    /** An option or its value is wrong. */
    static final int USAGE = 2;

    private static final Set<String> NAMES = Set.of("doctor", "prepare", "drop", "purge");

    private DbaCommands() {}

    /** Whether these arguments are for one of them, and not for the service. */
    public static boolean isMeant(String... arguments) {
        return arguments.length > 0 && NAMES.contains(arguments[0]);
    }

    /** Runs one; the exit status. */
    public static int run(String... arguments) {
        // What is to be said is said on standard output and standard error.
        LoggingSystem.get(DbaCommands.class.getClassLoader())
                .setLogLevel(LoggingSystem.ROOT_LOGGER_NAME, LogLevel.OFF);
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        return run(out, err, arguments);
    }

    static int run(PrintWriter out, PrintWriter err, String... arguments) {
        return new CommandLine(new DbaCommands())
                .setOut(out)
                .setErr(err)
                .setParameterExceptionHandler(DbaCommands::refuse)
                .setExecutionExceptionHandler((problem, command, _) -> fail(problem, command))
                .execute(arguments);
    }

    private static int refuse(ParameterException problem, String[] arguments) {
        CommandLine command = problem.getCommandLine();
        return say(
                command.getErr(),
                "%s (see ./tidemark %s --help)"
                        .formatted(problem.getMessage(), command.getCommandName()),
                USAGE);
    }

    private static int fail(Exception problem, CommandLine command) {
        if (System.getenv("TIDEMARK_DEBUG") != null) {
            problem.printStackTrace(command.getErr());
        }
        return say(
                command.getErr(),
                problem instanceof DbaException
                        ? String.valueOf(problem.getMessage())
                        : "unexpected: %s (TIDEMARK_DEBUG=1 shows more)".formatted(problem),
                FAILURE);
    }

    private static int say(PrintWriter err, String message, int status) {
        err.println("tidemark: " + message);
        err.flush();
        return status;
    }

    static String help(String command) {
        try (InputStream in =
                Objects.requireNonNull(
                        DbaCommands.class.getResourceAsStream(command + ".txt"), command)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

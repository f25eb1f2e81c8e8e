package dev.tidemark.quickstart.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A program that this JVM started. Its output goes to a log file, and it does not outlive the JVM.
 */
public final class ChildProcess {
    /** What the user may have put into the environment for this JVM, and no child needs. */
    private static final Set<String> SECRETS = Set.of("PGPASSWORD", "TIDEMARK_DATABASE_URL");

    private final String name;
    private final Process process;
    private final StopSignal stopSignal;
    private final Path log;

    private ChildProcess(String name, Process process, StopSignal stopSignal, Path log) {
        this.name = name;
        this.process = process;
        this.stopSignal = stopSignal;
        this.log = log;
    }

    /**
     * Starts a program.
     *
     * @param environment added to this JVM's own
     * @param log where standard output and error are appended
     */
    public static ChildProcess start(
            String name,
            List<String> command,
            Map<String, String> environment,
            StopSignal stopSignal,
            Path workingDirectory,
            Path log) {
        var builder =
                new ProcessBuilder(command)
                        .directory(workingDirectory.toFile())
                        .redirectInput(Path.of("/dev/null").toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().keySet().removeAll(SECRETS);
        builder.environment().putAll(environment);
        Process process;
        try {
            process = builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(name + " could not be started: " + e.getMessage(), e);
        }
        Guard.ofThisJvm().watch(process, stopSignal);
        return new ChildProcess(name, process, stopSignal, log);
    }

    public String name() {
        return name;
    }

    public long pid() {
        return process.pid();
    }

    public Path log() {
        return log;
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** The exit status; only of a process that has ended. */
    public int exitStatus() {
        return process.exitValue();
    }

    /** Completes when the process has ended, however it did. */
    public CompletableFuture<ChildProcess> onExit() {
        return process.onExit().thenApply(_ -> this);
    }

    /** Whether the process ends within a time. */
    public boolean endsWithin(Duration time) {
        try {
            return process.waitFor(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for " + name, e);
        }
    }

    /** Asks the process to end, kills it if it has not by then, and returns when it is gone. */
    public void stop(Duration grace) {
        if (!process.isAlive()) {
            return;
        }
        send(stopSignal.name());
        if (!endsWithin(grace)) {
            kill();
        }
    }

    /** Ends the process at once, as {@code kill -9} does, and returns when it is gone. */
    public void kill() {
        process.destroyForcibly();
        Command.awaitEnd(process);
    }

    /** The last lines of the log. */
    public List<String> logTail(int lines) {
        return LogTail.of(log, lines);
    }

    private void send(String signal) {
        // The JDK can send TERM and KILL only.
        try {
            Command.run(
                    new ProcessBuilder("/bin/sh", "-c", "kill -" + signal + " " + process.pid())
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD));
        } catch (IOException e) {
            process.destroy();
        }
    }

    @Override
    public String toString() {
        return name + " (pid " + process.pid() + ")";
    }
}

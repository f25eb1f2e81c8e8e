package dev.tidemark.benchmarks.program;

import dev.tidemark.benchmarks.measure.MeasurementException;
import dev.tidemark.quickstart.process.Await;
import dev.tidemark.quickstart.process.ChildProcess;
import dev.tidemark.quickstart.process.Ports;
import dev.tidemark.quickstart.process.StopSignal;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A server of others' that listens on a port of the loopback interface, and ends with this JVM. */
public final class RunningProgram implements AutoCloseable {

    private static final Duration STOP_GRACE = Duration.ofSeconds(3);

    private final ChildProcess process;
    private final int port;

    private RunningProgram(ChildProcess process, int port) {
        this.process = process;
        this.port = port;
    }

    /**
     * Starts one and returns when it accepts connections.
     *
     * @param folder where it runs and logs
     * @param port a free one, which its command or configuration says too
     */
    public static RunningProgram start(
            String name,
            List<String> command,
            Map<String, String> environment,
            Path folder,
            int port,
            Duration readyTimeout) {
        ChildProcess process =
                ChildProcess.start(
                        name,
                        command,
                        environment,
                        StopSignal.TERM,
                        folder,
                        folder.resolve(name + ".log"));
        boolean ready =
                Await.until(
                        readyTimeout,
                        Duration.ofMillis(20),
                        () -> !process.isAlive() || !Ports.isFree(port));
        if (!ready || !process.isAlive()) {
            process.kill();
            throw new MeasurementException(
                    name + " did not start:\n" + String.join("\n", process.logTail(20)));
        }
        return new RunningProgram(process, port);
    }

    /** Where its clients go. */
    public URI uri() {
        return URI.create("http://127.0.0.1:" + port);
    }

    public int port() {
        return port;
    }

    public long pid() {
        return process.pid();
    }

    /** Where its output goes. */
    public Path log() {
        return process.log();
    }

    @Override
    public void close() {
        process.stop(STOP_GRACE);
    }
}

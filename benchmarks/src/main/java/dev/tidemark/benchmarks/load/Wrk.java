package dev.tidemark.benchmarks.load;

import dev.tidemark.benchmarks.measure.MeasurementException;
import dev.tidemark.benchmarks.program.Installed;
import dev.tidemark.quickstart.process.ChildProcess;
import dev.tidemark.quickstart.process.Guard;
import dev.tidemark.quickstart.process.StopSignal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A closed loop: so many connections, each with its next request as soon as it has its answer. */
public final class Wrk {

    /** On two cores a second thread would be taken from the server. */
    public static final int THREADS = 1;

    /** What the script prints in the end. */
    private static final Pattern SUMMARY =
            Pattern.compile("tidemark requests=(\\d+) micros=(\\d+) failures=(\\d+)");

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Path program;
    private final Path folder;
    private final int connections;

    private Wrk(Path program, Path folder, int connections) {
        this.program = program;
        this.folder = folder;
        this.connections = connections;
    }

    /** Refuses with a sentence where wrk is not installed. */
    public static Wrk withConnections(int connections) {
        Path program = Installed.require("wrk", "wrk", "wrk");
        return new Wrk(program, Guard.ofThisJvm().newFolder("wrk"), connections);
    }

    /**
     * A load on a server.
     *
     * @param name of a file, another for each load
     */
    public Load on(URI server, String name, Requests requests) {
        Path file = folder.resolve(name.replaceAll("[^A-Za-z0-9]+", "-") + ".lua");
        try {
            Files.writeString(file, LuaScript.text(requests));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return time -> run(server, file, time);
    }

    private Throughput run(URI server, Path script, Duration time) {
        Path log = folder.resolve("wrk.log");
        try {
            Files.deleteIfExists(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        ChildProcess process =
                ChildProcess.start(
                        "wrk",
                        List.of(
                                program.toString(),
                                "-t" + THREADS,
                                "-c" + connections,
                                "-d" + time.toSeconds() + "s",
                                "-s",
                                script.toString(),
                                server.toString()),
                        Map.of(),
                        StopSignal.TERM,
                        folder,
                        log);
        if (!process.endsWithin(time.plus(PATIENCE))) {
            process.kill();
            throw new MeasurementException("wrk does not end");
        }
        String said = String.join("\n", process.logTail(20));
        Matcher summary = SUMMARY.matcher(said);
        if (process.exitStatus() != 0 || !summary.find()) {
            throw new MeasurementException("wrk failed against " + server + ":\n" + said);
        }
        return new Throughput(
                Long.parseLong(summary.group(1)),
                Long.parseLong(summary.group(2)) / 1e6,
                Long.parseLong(summary.group(3)));
    }
}

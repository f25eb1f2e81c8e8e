package dev.tidemark.benchmarks.read;

import dev.tidemark.benchmarks.load.Load;
import dev.tidemark.benchmarks.load.Throughput;
import dev.tidemark.benchmarks.measure.MeasurementException;
import dev.tidemark.benchmarks.program.Installed;
import dev.tidemark.quickstart.postgres.PostgresAddress;
import dev.tidemark.quickstart.process.ChildProcess;
import dev.tidemark.quickstart.process.Guard;
import dev.tidemark.quickstart.process.StopSignal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** PostgreSQL's own load: one prepared statement over and over, of a random row each time. */
final class Pgbench {

    private static final Pattern RATE = Pattern.compile("tps = ([0-9.]+) \\(without initial");
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Path program;
    private final Path folder;
    private final PostgresAddress database;
    private final int connections;

    Pgbench(PostgresAddress database, int connections) {
        this.program =
                Installed.find("pgbench")
                        .or(Pgbench::debians)
                        .orElseThrow(() ->
                                new MeasurementException(
                                        "pgbench is needed: install Debian's package postgresql"));
        this.folder = Guard.ofThisJvm().newFolder("pgbench");
        this.database = database;
        this.connections = connections;
    }

    /** It is not on the path there, but beside the server. */
    private static Optional<Path> debians() {
        Path servers = Path.of("/usr/lib/postgresql");
        if (!Files.isDirectory(servers)) {
            return Optional.empty();
        }
        try (Stream<Path> versions = Files.list(servers)) {
            return versions.map(version -> version.resolve("bin/pgbench"))
                    .filter(Files::isExecutable)
                    .max(Path::compareTo);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * A statement as a load.
     *
     * @param sql with {@code :id} for the row
     */
    Load on(String sql) {
        return time -> {
            double seconds = time.toNanos() / 1e9;
            return new Throughput(Math.round(perSecond(sql, time) * seconds), seconds, 0);
        };
    }

    private double perSecond(String sql, Duration time) {
        Path script = folder.resolve("script.sql");
        Path log = folder.resolve("pgbench.log");
        try {
            Files.deleteIfExists(log);
            Files.writeString(
                    script,
                    "\\set id random(%d, %d)\n%s;\n"
                            .formatted(Items.id(0), Items.id(Items.ROWS - 1), sql));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String password = database.password();
        ChildProcess process =
                ChildProcess.start(
                        "pgbench",
                        List.of(
                                program.toString(),
                                "--no-vacuum",
                                "--protocol=prepared",
                                "--client=" + connections,
                                "--jobs=1",
                                "--time=" + time.toSeconds(),
                                "--file=" + script,
                                "--host=" + database.host(),
                                "--port=" + database.port(),
                                "--username=" + database.user(),
                                database.database()),
                        password == null ? Map.of() : Map.of("PGPASSWORD", password),
                        StopSignal.TERM,
                        folder,
                        log);
        if (!process.endsWithin(time.plus(PATIENCE))) {
            process.kill();
            throw new MeasurementException("pgbench does not end");
        }
        String said = String.join("\n", process.logTail(30));
        Matcher rate = RATE.matcher(said);
        if (process.exitStatus() != 0 || !rate.find()) {
            throw new MeasurementException("pgbench failed:\n" + said);
        }
        return Double.parseDouble(rate.group(1));
    }
}

package dev.tidemark.testing;

import dev.tidemark.quickstart.postgres.PostgresAddress;
import dev.tidemark.quickstart.postgres.PostgresOptions;
import dev.tidemark.quickstart.postgres.PostgresServer;
import dev.tidemark.quickstart.process.Command;
import dev.tidemark.quickstart.process.Guard;
import dev.tidemark.quickstart.process.ProgramCache;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * A PostgreSQL of one test's own, for what is done to no server that others use: it is crashed,
 * copied, put back and promoted. Always embedded, since that takes its files and its processes.
 */
public final class PrivatePostgres implements AutoCloseable {

    private static final Duration END_TIMEOUT = Duration.ofSeconds(20);

    /** What a folder of the launcher calls PostgreSQL's own data directory. */
    private static final String CLUSTER = "postgres";

    private final Map<String, String> settings;
    private final PostgresServer server;

    private PrivatePostgres(Path folder, Map<String, String> settings) {
        this.settings = Map.copyOf(settings);
        PostgresOptions options =
                PostgresOptions.temporary()
                        .withDataDirectory(folder)
                        .withSetting("shared_buffers", "16MB")
                        .withSetting("max_connections", "50")
                        // Its processes crash, the machine does not.
                        .withSetting("fsync", "off")
                        .withSetting("full_page_writes", "off");
        for (Map.Entry<String, String> setting : settings.entrySet()) {
            options = options.withSetting(setting.getKey(), setting.getValue());
        }
        server = PostgresServer.start(options);
    }

    /** Starts a new server with these settings besides the usual ones. */
    public static PrivatePostgres start(Map<String, String> settings) {
        return new PrivatePostgres(newFolder(), settings);
    }

    private static Path newFolder() {
        return Guard.ofThisJvm().newFolder("private-postgres");
    }

    /** Makes a new, empty database. */
    public TestDatabase createDatabase(String name) {
        server.createDatabase(name);
        return database(name);
    }

    /** A database of it, as superuser. */
    public TestDatabase database(String name) {
        PostgresAddress address = server.address(name);
        return new TestDatabase(
                address.host(), address.port(), name, address.user(), server.password());
    }

    /** The database of this name goes, whoever is using it. */
    public void dropDatabase(String name) {
        server.dropDatabase(name);
    }

    /** Changes a setting while it runs: one that it was not started with. */
    public void set(String name, String value) {
        database(server.superuser()).execute("ALTER SYSTEM SET " + name + " = '" + value + "'");
        reload();
    }

    /** Has all of its processes read the settings again. */
    public void reload() {
        database(server.superuser()).execute("SELECT pg_reload_conf()");
    }

    /** Stops it in an orderly way. */
    public void stop() {
        server.close();
    }

    /** Starts it again on the same port, after it was stopped or killed. */
    public void start() {
        server.restart();
    }

    /** Ends it as {@code kill -9} does; returns when nothing of it is left. */
    public void kill() {
        List<ProcessHandle> children = processes().skip(1).toList();
        server.kill();
        // They notice by themselves, and keep the shared memory until then.
        children.forEach(PrivatePostgres::awaitEnd);
    }

    /**
     * Ends one of its processes as {@code kill -9} does: it takes that for a crash and recovers.
     */
    public void kill(long pid) {
        ProcessHandle process = ProcessHandle.of(pid).orElseThrow();
        process.destroyForcibly();
        awaitEnd(process);
    }

    private static void awaitEnd(ProcessHandle process) {
        try {
            process.onExit().get(END_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError("process " + process.pid() + " of PostgreSQL does not end", e);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** The postmaster first; it starts all others itself. */
    private Stream<ProcessHandle> processes() {
        ProcessHandle postmaster = ProcessHandle.of(server.process().pid()).orElseThrow();
        return Stream.concat(Stream.of(postmaster), postmaster.children());
    }

    /** Copies its files as they are at one moment, as a storage snapshot does, running or not. */
    public Path copy() {
        Path copy = newFolder();
        boolean running = server.process().isAlive();
        if (running) {
            // Whoever could start more processes stops first.
            signal("STOP", processes().limit(1));
            signal("STOP", processes().skip(1));
        }
        try {
            copy(server.dataDirectory(), copy);
            Files.deleteIfExists(copy.resolve(CLUSTER).resolve("postmaster.pid"));
            return copy;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            if (running) {
                signal("CONT", processes());
            }
        }
    }

    /** Makes a copy the data of this server, which is stopped. The copy can be used again. */
    public void putBack(Path copy) {
        try {
            ProgramCache.delete(server.dataDirectory().resolve(CLUSTER));
            copy(copy, server.dataDirectory());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts a standby of this server from a copy of it, which becomes the standby's data. */
    public PrivatePostgres startStandby(Path copy) {
        Path cluster = copy.resolve(CLUSTER);
        try {
            Files.createFile(cluster.resolve("standby.signal"));
            Files.writeString(
                    cluster.resolve("postgresql.auto.conf"),
                    "primary_conninfo = 'host=%s port=%d user=%s password=%s'\n"
                            .formatted(
                                    server.host(),
                                    server.port(),
                                    server.superuser(),
                                    server.password()),
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new PrivatePostgres(copy, settings);
    }

    /** Makes a standby a primary. */
    public void promote() {
        database(server.superuser()).queryText("SELECT pg_promote()");
    }

    private static void signal(String signal, Stream<ProcessHandle> processes) {
        List<String> command = new ArrayList<>(List.of("kill", "-" + signal));
        processes.forEach(process -> command.add(Long.toString(process.pid())));
        try {
            Command.run(new ProcessBuilder(command).inheritIO());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** With the permissions, which PostgreSQL insists on. */
    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path target = to.resolve(from.relativize(file));
                if (Files.isDirectory(file) && Files.isDirectory(target)) {
                    continue;
                }
                Files.copy(
                        file,
                        target,
                        StandardCopyOption.COPY_ATTRIBUTES,
                        StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    /** Stops it; its files go with the JVM. */
    @Override
    public void close() {
        stop();
    }
}

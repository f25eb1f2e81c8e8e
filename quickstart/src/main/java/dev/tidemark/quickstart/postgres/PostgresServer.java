package dev.tidemark.quickstart.postgres;

import dev.tidemark.quickstart.process.Await;
import dev.tidemark.quickstart.process.ChildProcess;
import dev.tidemark.quickstart.process.Guard;
import dev.tidemark.quickstart.process.Ports;
import dev.tidemark.quickstart.process.ProgramCache;
import dev.tidemark.quickstart.process.StopSignal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A running embedded PostgreSQL. It listens on the loopback interface only and asks for a password,
 * since other users of the machine can connect to that interface too.
 */
public final class PostgresServer implements AutoCloseable {
    /** The role that owns the cluster. */
    public static final String SUPERUSER = "postgres";

    private static final String HOST = "127.0.0.1";
    private static final Duration START_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(30);
    private static final int PORT_ATTEMPTS = 5;

    private final PostgresOptions options;
    private final PostgresPrograms programs;
    private final DataDirectory data;
    private final Path log;
    private final int port;
    private ChildProcess process;

    private PostgresServer(
            PostgresOptions options,
            PostgresPrograms programs,
            DataDirectory data,
            Path log,
            int port,
            ChildProcess process) {
        this.options = options;
        this.programs = programs;
        this.data = data;
        this.log = log;
        this.port = port;
        this.process = process;
    }

    /** Starts a server and returns when it accepts connections. */
    public static PostgresServer start(PostgresOptions options) {
        PostgresPrograms programs = PostgresPrograms.unpacked();
        Path given = options.dataDirectory();
        DataDirectory data =
                given == null
                        ? DataDirectory.temporary(Guard.ofThisJvm().newFolder("postgres"))
                        : DataDirectory.kept(given);
        data.prepare(programs);
        Path givenLog = options.log();
        Path log =
                givenLog == null
                        ? Guard.ofThisJvm().newFolder("postgres-log").resolve("postgres.log")
                        : givenLog;
        for (int attempt = 1; ; attempt++) {
            int port = options.port() == 0 ? Ports.free() : options.port();
            if (!Ports.isFree(port)) {
                throw new PostgresException("port " + port + " is taken");
            }
            ChildProcess process = run(options, programs, data, log, port);
            if (data.awaitReady(process, START_TIMEOUT)) {
                return new PostgresServer(options, programs, data, log, port, process);
            }
            // Between the check and the bind another program can take the port.
            boolean again = options.port() == 0 && !Ports.isFree(port) && attempt < PORT_ATTEMPTS;
            if (!again) {
                throw failure(process);
            }
        }
    }

    /**
     * Throws what a person should read if a server could not use this folder. Nothing is written.
     */
    public static void checkDataDirectory(Path folder) {
        DataDirectory.kept(folder).checkUsable();
    }

    private static PostgresException failure(ChildProcess process) {
        boolean ended = !process.isAlive();
        process.kill();
        return new PostgresException(
                "PostgreSQL %s: %s"
                        .formatted(
                                ended
                                        ? "ended at start"
                                        : "was not ready in " + START_TIMEOUT.toSeconds() + " s",
                                String.join(" | ", process.logTail(3))));
    }

    private static ChildProcess run(
            PostgresOptions options,
            PostgresPrograms programs,
            DataDirectory data,
            Path log,
            int port) {
        var arguments = new ArrayList<>(List.of("-D", data.cluster().toString()));
        settings(options, data, port)
                .forEach((name, value) -> arguments.addAll(List.of("-c", name + "=" + value)));
        return ChildProcess.start(
                "PostgreSQL",
                programs.command("postgres", arguments),
                PostgresPrograms.ENVIRONMENT,
                StopSignal.INT,
                data.cluster(),
                log);
    }

    private static Map<String, String> settings(
            PostgresOptions options, DataDirectory data, int port) {
        var settings = new LinkedHashMap<String, String>();
        settings.put("port", Integer.toString(port));
        settings.put("listen_addresses", HOST);
        settings.put("unix_socket_directories", "");
        settings.put("max_connections", "200");
        settings.put("shared_buffers", "128MB");
        settings.put("wal_level", "logical");
        settings.put("max_replication_slots", "32");
        // A slot that nobody reads must not fill the disk.
        settings.put("max_slot_wal_keep_size", "2GB");
        settings.put("max_wal_senders", "32");
        settings.put("max_prepared_transactions", "16");
        // Logical decoding reads what was flushed: without this, every change is seen 200 ms late.
        settings.put("synchronous_commit", "on");
        settings.put("timezone", "UTC");
        settings.put("log_timezone", "UTC");
        settings.put("log_min_messages", "warning");
        settings.put("max_wal_size", "1GB");
        if (data.temporary()) {
            settings.put("fsync", "off");
            settings.put("full_page_writes", "off");
        }
        settings.putAll(options.settings());
        return settings;
    }

    public String host() {
        return HOST;
    }

    public int port() {
        return port;
    }

    public String superuser() {
        return SUPERUSER;
    }

    public String password() {
        return data.password();
    }

    /** The file with the superuser's password, readable by this user only. */
    public Path passwordFile() {
        return data.passwordFile();
    }

    /** Where the data is. */
    public Path dataDirectory() {
        return data.root();
    }

    /** The server process. */
    public ChildProcess process() {
        return process;
    }

    /** A database of this server, as superuser. */
    public PostgresAddress address(String database) {
        return new PostgresAddress(HOST, port, database, SUPERUSER, data.password(), Map.of());
    }

    /** The libpq URI of a database, password included. */
    public String url(String database) {
        return address(database).url();
    }

    /** The JDBC URL of a database, password included. */
    public String jdbcUrl(String database) {
        return address(database).jdbcUrl() + "?user=" + SUPERUSER + "&password=" + data.password();
    }

    /** Makes a new, empty database. */
    public PostgresAddress createDatabase(String name) {
        execute("CREATE DATABASE " + quoted(name) + " TEMPLATE template0");
        return address(name);
    }

    /** Drops a database, ending the sessions that use it. */
    public void dropDatabase(String name) {
        execute("DROP DATABASE IF EXISTS " + quoted(name) + " WITH (FORCE)");
    }

    /** Gives a database another name; nobody may be using it. */
    public void renameDatabase(String name, String newName) {
        execute("ALTER DATABASE " + quoted(name) + " RENAME TO " + quoted(newName));
    }

    /** Whether there is a database of this name. */
    public boolean hasDatabase(String name) {
        try (Connection connection = address(SUPERUSER).connect();
                var statement =
                        connection.prepareStatement(
                                "SELECT 1 FROM pg_database WHERE datname = ?")) {
            statement.setString(1, name);
            return statement.executeQuery().next();
        } catch (SQLException e) {
            throw new PostgresException("cannot list databases: " + e.getMessage(), e);
        }
    }

    private void execute(String sql) {
        try (Connection connection = address(SUPERUSER).connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new PostgresException(e.getMessage() + " (" + sql + ")", e);
        }
    }

    private static String quoted(String identifier) {
        return '"' + identifier.replace("\"", "\"\"") + '"';
    }

    /** Ends the server as a crash does; {@link #restart()} recovers it. */
    public void kill() {
        process.kill();
        // Its children notice by themselves that the postmaster is gone, and hold the data
        // directory until then.
    }

    /** Starts the server again on the same port and data, after it was stopped or killed. */
    public void restart() {
        process.stop(STOP_TIMEOUT);
        if (!Await.until(START_TIMEOUT, () -> Ports.isFree(port))) {
            throw new PostgresException("port " + port + " is taken");
        }
        process = startedAgain();
    }

    private ChildProcess startedAgain() {
        // After a crash the first attempts can meet the orphans of the killed server: they end
        // within moments.
        for (int attempt = 1; ; attempt++) {
            ChildProcess started = run(options, programs, data, log, port);
            if (data.awaitReady(started, START_TIMEOUT)) {
                return started;
            }
            if (attempt == PORT_ATTEMPTS || started.isAlive()) {
                throw failure(started);
            }
        }
    }

    /** Stops the server; a temporary one's data is deleted. */
    @Override
    public void close() {
        process.stop(STOP_TIMEOUT);
        if (data.temporary()) {
            try {
                ProgramCache.delete(data.root());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Override
    public String toString() {
        return "PostgreSQL at " + HOST + ":" + port;
    }
}

package dev.tidemark.quickstart.postgres;

import dev.tidemark.quickstart.process.Await;
import dev.tidemark.quickstart.process.ChildProcess;
import dev.tidemark.quickstart.process.ProgramCache;
import dev.tidemark.quickstart.process.SecretFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The folder of one embedded PostgreSQL: {@code postgres/} is what PostgreSQL calls its data
 * directory, {@code password} the superuser's password.
 *
 * @param temporary whether the folder goes when the server stops
 */
record DataDirectory(Path root, boolean temporary) {
    /** For a server whose launcher was just killed to begin to stop. */
    private static final Duration LEAVING_TIMEOUT = Duration.ofSeconds(1);

    private static final Duration STOPPING_TIMEOUT = Duration.ofSeconds(30);

    private static final int PASSWORD_BYTES = 16;

    /** Line of the lock file with the state of the server: see PostgreSQL's {@code miscadmin.h}. */
    private static final int STATUS_LINE = 7;

    private static final int PORT_LINE = 3;

    /** It accepts connections, as a primary or as a standby. */
    private static final Set<String> READY = Set.of("ready", "standby");

    static DataDirectory temporary(Path root) {
        return new DataDirectory(root, true);
    }

    static DataDirectory kept(Path root) {
        return new DataDirectory(root.toAbsolutePath().normalize(), false);
    }

    Path cluster() {
        return root.resolve("postgres");
    }

    Path passwordFile() {
        return root.resolve("password");
    }

    private Path lockFile() {
        return cluster().resolve("postmaster.pid");
    }

    String password() {
        try {
            return Files.readString(passwordFile()).strip();
        } catch (IOException e) {
            throw new PostgresException(
                    "cannot read " + passwordFile() + ": the password of the embedded database", e);
        }
    }

    /** Makes the folder ready for a server to start: new if there is none, else checked. */
    void prepare(PostgresPrograms programs) {
        if (Files.exists(cluster())) {
            check();
            deleteStaleLock();
        } else {
            create(programs);
        }
    }

    /** Like {@link #prepare}, but writes nothing. */
    void checkUsable() {
        if (Files.exists(cluster())) {
            check();
            return;
        }
        Path nearest = root;
        while (!Files.exists(nearest) && nearest.getParent() != null) {
            nearest = nearest.getParent();
        }
        if (!Files.isDirectory(nearest) || !Files.isWritable(nearest)) {
            throw new PostgresException(
                    "cannot use %s as data directory: %s is not a folder that can be written to"
                            .formatted(root, nearest));
        }
        if (nearest.equals(root)) {
            try {
                requireEmpty();
            } catch (IOException e) {
                throw new PostgresException(
                        "cannot use %s as data directory: %s".formatted(root, e), e);
            }
        }
    }

    private void check() {
        String version;
        try {
            version = Files.readString(cluster().resolve("PG_VERSION")).strip();
        } catch (IOException e) {
            throw new PostgresException(
                    cluster() + " is no PostgreSQL data directory (no readable PG_VERSION)", e);
        }
        if (!version.equals(PostgresPrograms.MAJOR_VERSION)) {
            throw new PostgresException(
                    "%s was made by PostgreSQL %s; the embedded one is %s"
                            .formatted(cluster(), version, PostgresPrograms.MAJOR_VERSION));
        }
        if (!Files.isReadable(passwordFile())) {
            throw new PostgresException(
                    "cannot read " + passwordFile() + ", which has the password of this database");
        }
        Await.until(LEAVING_TIMEOUT, () -> !isHeld() || status(lock()).equals("stopping"));
        Await.until(STOPPING_TIMEOUT, () -> !status(lock()).equals("stopping") || !isHeld());
        if (isHeld()) {
            List<String> lock = lock();
            throw new PostgresException(
                    "%s is in use by a running PostgreSQL (pid %s, port %s): stop it first"
                            .formatted(
                                    root,
                                    lock.getFirst(),
                                    lock.size() > PORT_LINE ? lock.get(PORT_LINE) : "?"));
        }
    }

    private void deleteStaleLock() {
        try {
            // PostgreSQL itself would take any living process of the same number and user for a
            // server, after a reboot for example.
            Files.deleteIfExists(lockFile());
        } catch (IOException e) {
            throw new PostgresException(
                    "cannot delete the stale " + lockFile() + ": " + e.getMessage(), e);
        }
    }

    private boolean isHeld() {
        List<String> lock = lock();
        if (lock.isEmpty()) {
            return false;
        }
        long pid;
        try {
            pid = Long.parseLong(lock.getFirst().strip());
        } catch (NumberFormatException e) {
            return false;
        }
        return ProcessHandle.of(pid)
                .filter(ProcessHandle::isAlive)
                // Unknown for another user's process: better to refuse than to start a second
                // server on the same files.
                .map(process ->
                        process.info().command().map(c -> c.endsWith("/postgres")).orElse(true))
                .orElse(false);
    }

    private List<String> lock() {
        try {
            return Files.readAllLines(lockFile());
        } catch (IOException e) {
            return List.of();
        }
    }

    private void create(PostgresPrograms programs) {
        try {
            Files.createDirectories(root);
            requireEmpty();
            Path unfinished = root.resolve("postgres.unfinished");
            ProgramCache.delete(unfinished);
            Files.deleteIfExists(passwordFile());
            var random = new byte[PASSWORD_BYTES];
            new SecureRandom().nextBytes(random);
            String password = HexFormat.of().formatHex(random);
            SecretFile.write(passwordFile(), password + "\n");
            programs.initdb(unfinished, password);
            Files.move(unfinished, cluster());
        } catch (IOException e) {
            throw new PostgresException("cannot use " + root + " as data directory: " + e, e);
        }
    }

    /** A folder with other things in it is more likely a mistyped name than meant. */
    private void requireEmpty() throws IOException {
        var ours = List.of("postgres.unfinished", "password", "logs");
        try (Stream<Path> files = Files.list(root)) {
            var stranger =
                    files.filter(file -> !ours.contains(file.getFileName().toString())).findFirst();
            if (stranger.isPresent()) {
                throw new PostgresException(
                        "%s is neither empty nor a data directory of Tidemark (it has %s)"
                                .formatted(root, stranger.get().getFileName()));
            }
        }
    }

    /** Returns whether the server came up; false when it ended or the time is over. */
    boolean awaitReady(ChildProcess server, Duration atMost) {
        // The lock file names the process, which proves that the server that is ready is this one.
        Await.until(atMost, () -> !server.isAlive() || isReady(server));
        return server.isAlive() && isReady(server);
    }

    private boolean isReady(ChildProcess server) {
        List<String> lock = lock();
        return !lock.isEmpty()
                && lock.getFirst().strip().equals(Long.toString(server.pid()))
                && READY.contains(status(lock));
    }

    private static String status(List<String> lock) {
        return lock.size() > STATUS_LINE ? lock.get(STATUS_LINE).strip() : "";
    }
}

package dev.tidemark.testing;

import dev.tidemark.quickstart.process.Await;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;

/** The official PostgreSQL image. Testcontainers ends it with the JVM. */
final class ContainerPostgresBackend implements PostgresBackend {
    private static final DockerImageName IMAGE = DockerImageName.parse("postgres:18");
    private static final String USER = "postgres";
    private static final String PASSWORD = "only-for-tests";
    private static final Duration START_TIMEOUT = Duration.ofMinutes(1);
    private static final int PORT = 5432;

    private final GenericContainer<?> container;
    private final AtomicInteger databases = new AtomicInteger();

    ContainerPostgresBackend() {
        container =
                new GenericContainer<>(IMAGE)
                        .withExposedPorts(PORT)
                        .withEnv("POSTGRES_PASSWORD", PASSWORD)
                        // As the embedded one: the same text sorts and compares the same.
                        .withEnv(
                                "POSTGRES_INITDB_ARGS",
                                "--encoding=UTF8 --locale=C --locale-provider=builtin --builtin-locale=C.UTF-8")
                        .withCommand(
                                "postgres",
                                "-c",
                                "wal_level=logical",
                                "-c",
                                "max_connections=200",
                                "-c",
                                "max_replication_slots=32",
                                "-c",
                                "max_wal_senders=32",
                                "-c",
                                "max_prepared_transactions=16",
                                "-c",
                                "fsync=off",
                                "-c",
                                "timezone=UTC");
        container.start();
        // The server that sets up the database listens on a Unix socket only, so whatever answers
        // here is the one that stays.
        if (!Await.until(START_TIMEOUT, this::answers)) {
            throw new IllegalStateException("PostgreSQL does not answer: " + container.getLogs());
        }
    }

    private boolean answers() {
        try (Connection connection = database(USER).connect()) {
            return connection.isValid(1);
        } catch (SQLException e) {
            return false;
        }
    }

    @Override
    public TestDatabase freshDatabase() {
        String name = "test_" + databases.incrementAndGet();
        database(USER).execute("CREATE DATABASE " + name + " TEMPLATE template0");
        return database(name);
    }

    private TestDatabase database(String name) {
        return new TestDatabase(
                container.getHost(), container.getMappedPort(PORT), name, USER, PASSWORD);
    }
}

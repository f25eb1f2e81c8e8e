package dev.tidemark.testing;

import dev.tidemark.quickstart.postgres.PostgresAddress;
import dev.tidemark.quickstart.postgres.PostgresOptions;
import dev.tidemark.quickstart.postgres.PostgresServer;
import java.util.concurrent.atomic.AtomicInteger;

/** The embedded PostgreSQL. It ends with the JVM, so nothing here closes it. */
final class EmbeddedPostgresBackend implements PostgresBackend {
    private final PostgresServer server = PostgresServer.start(PostgresOptions.temporary());
    private final AtomicInteger databases = new AtomicInteger();

    @Override
    public TestDatabase freshDatabase() {
        PostgresAddress address = server.createDatabase("test_" + databases.incrementAndGet());
        return new TestDatabase(
                address.host(),
                address.port(),
                address.database(),
                address.user(),
                server.password());
    }
}

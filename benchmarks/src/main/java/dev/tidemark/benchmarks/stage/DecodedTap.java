package dev.tidemark.benchmarks.stage;

import dev.tidemark.quickstart.postgres.PostgresAddress;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import org.postgresql.PGConnection;
import org.postgresql.PGProperty;
import org.postgresql.replication.PGReplicationStream;

/**
 * Whether PostgreSQL has decoded the commit: a slot of its own that is told of one table only, but
 * decodes everything, as the real one does.
 */
public final class DecodedTap extends Tap {

    private static final String NAME = "tidemark_benchmark";
    private static final byte COMMIT = 'C';

    private final Connection connection;

    public DecodedTap(PostgresAddress database, String table) throws SQLException {
        super("decoded");
        try (Connection ordinary = database.connect();
                Statement statement = ordinary.createStatement()) {
            statement.execute("CREATE PUBLICATION %s FOR TABLE %s".formatted(NAME, table));
        }
        Properties properties = database.properties();
        PGProperty.ASSUME_MIN_SERVER_VERSION.set(properties, "14");
        PGProperty.REPLICATION.set(properties, "database");
        PGProperty.PREFER_QUERY_MODE.set(properties, "simple");
        connection = DriverManager.getConnection(database.jdbcUrl(), properties);
        PGConnection replication = connection.unwrap(PGConnection.class);
        replication
                .getReplicationAPI()
                .createReplicationSlot()
                .logical()
                .withSlotName(NAME)
                .withOutputPlugin("pgoutput")
                .withTemporaryOption()
                .make();
        PGReplicationStream stream =
                replication
                        .getReplicationAPI()
                        .replicationStream()
                        .logical()
                        .withSlotName(NAME)
                        .withSlotOption("proto_version", "1")
                        .withSlotOption("publication_names", NAME)
                        .start();
        start(() -> follow(stream));
    }

    private void follow(PGReplicationStream stream) throws SQLException {
        while (isOpen()) {
            ByteBuffer message = stream.read();
            if (message != null && message.get(message.position()) == COMMIT) {
                passed(System.nanoTime());
            }
        }
    }

    @Override
    public void close() {
        super.close();
        try {
            connection.abort(Runnable::run);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}

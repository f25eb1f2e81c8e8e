package dev.tidemark.retrieval.change;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/** Follows every table of the schema public that has a primary key, by the rules. */
final class PublishedTables implements FollowedTables {

    private static final String MISSING =
            """
            SELECT c.oid, format('%I.%I', n.nspname, c.relname) AS name
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT c.relispartition
              AND EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary)
              AND c.oid NOT IN (SELECT relid FROM tidemark.followed)
            """;

    private final String publication;

    PublishedTables(String publication) {
        this.publication = publication;
    }

    @Override
    public boolean bring(Connection connection, UUID reader) throws SQLException {
        Map<Long, String> missing = new LinkedHashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(MISSING)) {
            while (rows.next()) {
                missing.put(rows.getLong(1), rows.getString(2));
            }
        }
        for (Map.Entry<Long, String> table : missing.entrySet()) {
            publish(connection, table.getValue());
            // In a transaction that begins after the other has committed.
            try (PreparedStatement insert =
                    connection.prepareStatement(
                            """
                            INSERT INTO tidemark.followed (relid, since)
                            SELECT ?::oid, pg_current_xact_id() FROM tidemark.incarnation
                            WHERE reader = ?::uuid
                            """)) {
                insert.setLong(1, table.getKey());
                insert.setString(2, reader.toString());
                insert.executeUpdate();
            }
        }
        return true;
    }

    private void publish(Connection connection, String table) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("ALTER PUBLICATION " + publication + " ADD TABLE " + table);
        } catch (SQLException e) {
            if (!"42710".equals(e.getSQLState())) { // it is in it already
                throw e;
            }
        }
    }
}

package dev.tidemark.retrieval.change;

import dev.tidemark.retrieval.change.UnavailableException.Reason;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Whether changes can be captured from this database at all, and what to do if not. */
final class Preflight {

    private static final String SQL =
            """
            SELECT pg_is_in_recovery() AS standby, current_setting('wal_level') AS wal_level,
                   (SELECT count(*) FROM pg_attribute
                    WHERE attrelid = to_regclass('tidemark.incarnation') AND NOT attisdropped
                      AND attname IN ('number', 'reader', 'announced', 'generation',
                                     'server_started')) = 5
                     AS has_incarnation,
                   coalesce(has_table_privilege(
                     to_regclass('tidemark.incarnation'), 'SELECT, INSERT, UPDATE'), false)
                     AS may_write,
                   EXISTS (SELECT FROM pg_publication WHERE pubname = ?) AS has_publication
            """;

    private final String publication;

    Preflight(String publication) {
        this.publication = publication;
    }

    /** Checks, and makes the publication, still empty, if there is none. */
    void pass(Connection connection) throws SQLException, UnavailableException {
        try (var statement = connection.prepareStatement(SQL)) {
            statement.setString(1, publication);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                check(row);
                if (row.getBoolean("has_publication")) {
                    return;
                }
            }
        }
        // Before the slot: decoding fails where the publication did not exist at the time.
        try (Statement statement = connection.createStatement()) {
            statement.execute(
                    "CREATE PUBLICATION \""
                            + publication
                            + "\" WITH (publish_via_partition_root = true)");
        } catch (SQLException e) {
            switch (String.valueOf(e.getSQLState())) {
                case "42710", "23505" -> {} // another instance was faster
                case "42501" ->
                        throw new UnavailableException(
                                Reason.PRIVILEGE,
                                "the role may not create the publication '"
                                        + publication
                                        + "': grant it CREATE on the database, or create the"
                                        + " publication WITH (publish_via_partition_root = true)");
                default -> throw e;
            }
        }
    }

    private static void check(ResultSet row) throws SQLException, UnavailableException {
        require(
                !row.getBoolean("standby"),
                Reason.STANDBY,
                "the database is a standby: changes are captured from the primary only");
        require(
                row.getString("wal_level").equals("logical"),
                Reason.WAL_LEVEL,
                "wal_level is '"
                        + row.getString("wal_level")
                        + "': set it to 'logical' (ALTER SYSTEM SET wal_level = logical) and"
                        + " restart PostgreSQL");
        require(
                row.getBoolean("has_incarnation"),
                Reason.SCHEMA,
                "the schema 'tidemark' is missing or not up to date: let a role that may create"
                        + " schemas run this service once");
        require(
                row.getBoolean("may_write"),
                Reason.PRIVILEGE,
                "the role may not write tidemark.incarnation: grant it SELECT, INSERT and UPDATE on"
                        + " it, or use the schema's owner (tidemark.replication.url)");
    }

    private static void require(boolean condition, Reason reason, String message)
            throws UnavailableException {
        if (!condition) {
            throw new UnavailableException(reason, message);
        }
    }
}

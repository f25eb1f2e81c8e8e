package dev.tidemark.retrieval.change;

import dev.tidemark.retrieval.change.UnavailableException.Reason;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;

/**
 * What decides whether a role can capture changes from a database, but for its right to replicate,
 * which trying tells best; and what to do where it cannot.
 *
 * @param schemaThere whether there is a schema {@code tidemark}
 * @param schemaUsable whether the role has USAGE on it
 * @param schemaCurrent whether it has all that the capture needs
 * @param writable whether the role may write to Tidemark's tables
 */
public record CaptureFacts(
        boolean standby,
        String walLevel,
        boolean schemaThere,
        boolean schemaUsable,
        boolean schemaCurrent,
        boolean writable) {

    /** By oids, since names in a schema that the role may not use cannot be resolved. */
    private static final String SQL =
            """
            WITH own AS (
              SELECT n.oid AS schema, c.oid, c.relname
              FROM pg_namespace n LEFT JOIN pg_class c ON c.relnamespace = n.oid
              WHERE n.nspname = 'tidemark'
            )
            SELECT pg_is_in_recovery() AS standby, current_setting('wal_level') AS wal_level,
                   EXISTS (SELECT FROM own) AS schema_there,
                   coalesce((SELECT has_schema_privilege(schema, 'USAGE') FROM own LIMIT 1), false)
                     AS schema_usable,
                   (SELECT count(*) FROM own JOIN pg_attribute a ON a.attrelid = own.oid
                    WHERE NOT a.attisdropped AND (own.relname, a.attname) IN
                      (('incarnation', 'number'), ('incarnation', 'reader'),
                       ('incarnation', 'announced'), ('incarnation', 'policies'),
                       ('incarnation', 'generation'), ('incarnation', 'server_started'),
                       ('followed', 'publication'), ('told', 'mark'),
                       ('lineage', 'incarnation'))) = 9
                     AS schema_current,
                   coalesce(
                     (SELECT bool_and(
                        has_table_privilege(oid, 'SELECT') AND has_table_privilege(oid, 'INSERT')
                        AND has_table_privilege(oid, 'UPDATE')
                        AND (relname IN ('incarnation', 'lineage')
                             OR has_table_privilege(oid, 'DELETE')))
                      FROM own
                      WHERE relname IN ('incarnation', 'followed', 'told', 'lineage')), false)
                     AS writable
            """;

    /** Reads them for the connection's role. */
    public static CaptureFacts read(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(SQL)) {
            row.next();
            return new CaptureFacts(
                    row.getBoolean("standby"),
                    row.getString("wal_level"),
                    row.getBoolean("schema_there"),
                    row.getBoolean("schema_usable"),
                    row.getBoolean("schema_current"),
                    row.getBoolean("writable"));
        }
    }

    /** Whether the write-ahead log has what changes are told from. */
    public boolean isLogical() {
        return walLevel.equals("logical");
    }

    /** Something that is missing, and in whose hands it is. */
    record Obstacle(Reason reason, String message) {}

    /** The first that must be put right; empty if nothing stands in the way. */
    Optional<Obstacle> obstacle() {
        return ofServer().or(this::ofSchema);
    }

    /** Why changes cannot be captured from this server by any role. */
    private Optional<Obstacle> ofServer() {
        if (standby) {
            return obstacle(
                    Reason.STANDBY,
                    "the database is a standby: changes are captured from the primary only");
        }
        return isLogical()
                ? Optional.empty()
                : obstacle(
                        Reason.WAL_LEVEL,
                        "wal_level is '"
                                + walLevel
                                + "': set it to 'logical' (ALTER SYSTEM SET wal_level = logical)"
                                + " and restart PostgreSQL");
    }

    private Optional<Obstacle> ofSchema() {
        if (schemaThere && !schemaUsable) {
            return obstacle(
                    Reason.PRIVILEGE,
                    "the role may not use the schema 'tidemark', which another role made: GRANT"
                            + " USAGE ON SCHEMA tidemark to it, and what ./tidemark prepare prints"
                            + " beside; or name a role that may by tidemark.replication.url");
        }
        if (!schemaCurrent) {
            return obstacle(
                    Reason.SCHEMA,
                    "the schema 'tidemark' is missing or not up to date: let a role that may create"
                            + " schemas run this service once, or run what ./tidemark prepare"
                            + " prints");
        }
        return writable
                ? Optional.empty()
                : obstacle(
                        Reason.PRIVILEGE,
                        "the role may not write tidemark.incarnation, tidemark.lineage,"
                                + " tidemark.followed and tidemark.told: grant it SELECT, INSERT, UPDATE and DELETE on"
                                + " them, or use the schema's owner (tidemark.replication.url)");
    }

    private static Optional<Obstacle> obstacle(Reason reason, String message) {
        return Optional.of(new Obstacle(reason, message));
    }
}

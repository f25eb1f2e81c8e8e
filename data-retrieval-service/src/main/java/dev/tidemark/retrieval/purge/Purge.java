package dev.tidemark.retrieval.purge;

import dev.tidemark.common.problem.ProblemType;
import dev.tidemark.common.tag.Tag;
import dev.tidemark.retrieval.problem.ProblemException;
import dev.tidemark.retrieval.problem.SqlProblems;
import dev.tidemark.retrieval.query.Given;
import dev.tidemark.retrieval.table.Catalogue;
import dev.tidemark.retrieval.table.Column;
import dev.tidemark.retrieval.table.RowKey;
import dev.tidemark.retrieval.table.Table;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes all answers invalid that touch a table or a row, because a person said so.
 *
 * <p>It is a transaction that changes nothing and has a message in the write-ahead log. So it goes
 * the way of every change: in the order of commits, to all nodes, and even to those that are away
 * now. Nothing is deleted anywhere, and no node has to be known.
 */
public final class Purge {

    private static final String HEARING =
            """
            SELECT pg_is_in_recovery() AS standby,
                   (SELECT active FROM pg_replication_slots
                    WHERE slot_name = ? AND plugin = 'pgoutput' AND database = current_database()
                      AND coalesce(wal_status, '') <> 'lost') AS active
            """;

    /** A purge that was confirmed must not be lost by a crash; for this transaction only. */
    private static final String EMIT =
            "SELECT set_config('synchronous_commit', 'local', true),"
                    + " pg_logical_emit_message(true, ?, ?)";

    private final Connection connection;
    private final Catalogue catalogue;
    private final String slot;

    /**
     * @param connection in autocommit mode, of a role that may write; as the change capture has it
     * @param slot the replication slot through which the purge is to be heard
     */
    public Purge(Connection connection, Catalogue catalogue, String slot) {
        this.connection = connection;
        this.catalogue = catalogue;
        this.slot = slot;
    }

    /** Who hears of a purge. */
    public enum Heard {
        /** A reader has the slot: all nodes know within moments. */
        NOW,
        /** The slot keeps it for the next reader. */
        LATER
    }

    /**
     * What was purged.
     *
     * @param tag that answers are invalid by from now on
     */
    public record Purged(Tag tag, Heard heard) {}

    /**
     * Purges it.
     *
     * @throws ProblemException if there is no such table or key, or if nobody would ever hear of it
     */
    public Purged of(PurgeTarget target) throws SQLException {
        Table table = target.in(catalogue);
        List<Given> key = target.key().isEmpty() ? List.of() : Given.ofKey(table, target.key());
        Heard heard = heard();
        // Of a kind that cannot be read as a key, it is refused in any case.
        List<String> parts = printed(key);
        // Where one value can be written in several ways, only PostgreSQL knows which one the row
        // has: then the whole table goes.
        boolean row =
                !key.isEmpty() && key.stream().map(Given::column).allMatch(Column::equalsByText);
        // Of a partition its root's.
        String name =
                table.rowNames().isEmpty() ? table.name().toString() : table.rowNames().getFirst();
        Tag tag = row ? Tag.row(name, RowKey.text(parts)) : Tag.table(name);
        emit(row ? "tidemark.row" : "tidemark.table", row ? tag.text() : name);
        return new Purged(tag, heard);
    }

    private Heard heard() throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(HEARING)) {
            statement.setString(1, slot);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                if (row.getBoolean("standby")) {
                    throw ProblemException.of(
                            ProblemType.NOT_CAPTURED,
                            "the database is a standby, which has no log to say it in",
                            "purge on the primary");
                }
                boolean active = row.getBoolean("active");
                if (row.wasNull()) {
                    throw ProblemException.of(
                            ProblemType.NOT_CAPTURED,
                            "nobody captures this database's changes: there is no replication slot"
                                    + " '"
                                    + slot
                                    + "', so no cache would hear of it",
                            "what is cached is served by time only, until its TTL;"
                                    + " ./tidemark doctor says why nothing is captured");
                }
                return active ? Heard.NOW : Heard.LATER;
            }
        }
    }

    private List<String> printed(List<Given> key) throws SQLException {
        List<String> parts = new ArrayList<>();
        for (Given part : key) {
            try (PreparedStatement statement = connection.prepareStatement(part.printing())) {
                statement.setString(1, part.text());
                try (ResultSet row = statement.executeQuery()) {
                    row.next();
                    parts.add(row.getString(1));
                }
            } catch (SQLException e) {
                if (SqlProblems.isBadValue(e)) {
                    throw new ProblemException(part.misfit(e));
                }
                throw e;
            }
        }
        return parts;
    }

    private void emit(String prefix, String content) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(EMIT)) {
            statement.setString(1, prefix);
            statement.setString(2, content);
            statement.execute();
        }
    }
}

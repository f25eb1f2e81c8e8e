package dev.tidemark.retrieval.follow;

import dev.tidemark.retrieval.table.TableName;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The publication that tells PostgreSQL which tables' changes to send. */
public final class Publication {

    /** The first version that can publish all tables of a schema. */
    private static final int SCHEMAS_SINCE = 15;

    private final String name;

    public Publication(String name) {
        this.name = name;
    }

    public String name() {
        return name;
    }

    /**
     * Makes it if it is missing.
     *
     * @throws UnusablePublicationException if there is one that leaves changes out
     */
    void require(Connection connection) throws SQLException {
        State found = find(connection);
        if (!found.there()) {
            new Statements(connection).execute(creating(List.of()));
        } else if (found.defect().isPresent()) {
            throw new UnusablePublicationException(name, found.defect().get());
        }
    }

    /**
     * What there is of it.
     *
     * @param defect why it leaves changes out; empty if it does not, or is not there
     */
    public record State(boolean there, Optional<String> defect) {}

    public State find(Connection connection) throws SQLException {
        Statements statements = new Statements(connection);
        List<Optional<String>> found =
                statements.query(FollowSql.PUBLICATION, Publication::defect, name);
        if (found.isEmpty()) {
            return new State(false, Optional.empty());
        }
        boolean ofSchemas =
                connection.getMetaData().getDatabaseMajorVersion() >= SCHEMAS_SINCE
                        && statements.exists(FollowSql.PUBLISHED_SCHEMAS, name);
        return new State(
                true,
                found.getFirst()
                        .or(() ->
                                ofSchemas
                                        ? Optional.of("is FOR TABLES IN SCHEMA")
                                        : Optional.empty()));
    }

    private static Optional<String> defect(ResultSet row) throws SQLException {
        if (row.getBoolean("puballtables")) {
            // Tables without an identity among them: their users' own UPDATE fails.
            return Optional.of("is FOR ALL TABLES");
        }
        if (!row.getBoolean("all_operations")) {
            return Optional.of("does not publish all of insert, update, delete and truncate");
        }
        if (!row.getBoolean("pubviaroot")) {
            return Optional.of("is without publish_via_partition_root");
        }
        return Optional.ofNullable(row.getString("partly"))
                .map(tables -> "has a row filter or a column list for " + tables);
    }

    /** The statement that makes it, with these tables in it. */
    public String creating(List<TableName> tables) {
        return "CREATE PUBLICATION "
                + TableName.quoted(name)
                + (tables.isEmpty() ? "" : " FOR TABLE " + only(tables))
                + " WITH (publish = 'insert, update, delete, truncate',"
                + " publish_via_partition_root = true)";
    }

    /** The statement that adds tables without their heirs, who are added by themselves. */
    public String adding(List<TableName> tables) {
        return "ALTER PUBLICATION %s ADD TABLE %s".formatted(TableName.quoted(name), only(tables));
    }

    private static String only(List<TableName> tables) {
        return tables.stream()
                .map(table -> "ONLY " + table.quoted())
                .collect(Collectors.joining(", "));
    }

    String dropping(TableName table) {
        return "ALTER PUBLICATION %s DROP TABLE ONLY %s"
                .formatted(TableName.quoted(name), table.quoted());
    }
}

package dev.tidemark.retrieval.follow;

import dev.tidemark.retrieval.table.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** The publication that tells PostgreSQL which tables' changes to send. */
final class Publication {

    /** The first version that can publish all tables of a schema. */
    private static final int SCHEMAS_SINCE = 15;

    private final String name;

    Publication(String name) {
        this.name = name;
    }

    String name() {
        return name;
    }

    /**
     * Makes it if it is missing.
     *
     * @throws UnusablePublicationException if there is one that leaves changes out
     */
    void require(Connection connection) throws SQLException {
        Statements statements = new Statements(connection);
        List<Optional<String>> found =
                statements.query(
                        FollowSql.PUBLICATION,
                        row -> {
                            if (row.getBoolean("puballtables")) {
                                // Tables without an identity among them: their users' own UPDATE
                                // fails.
                                return Optional.of("is FOR ALL TABLES");
                            }
                            if (!row.getBoolean("all_operations")) {
                                return Optional.of(
                                        "does not publish all of insert, update, delete and"
                                                + " truncate");
                            }
                            if (!row.getBoolean("pubviaroot")) {
                                return Optional.of("is without publish_via_partition_root");
                            }
                            return Optional.ofNullable(row.getString("partly"))
                                    .map(tables ->
                                            "has a row filter or a column list for " + tables);
                        },
                        name);
        if (found.isEmpty()) {
            statements.execute(
                    "CREATE PUBLICATION "
                            + quoted(name)
                            + " WITH (publish = 'insert, update, delete, truncate',"
                            + " publish_via_partition_root = true)");
            return;
        }
        if (found.getFirst().isPresent()) {
            throw new UnusablePublicationException(name, found.getFirst().get());
        }
        if (connection.getMetaData().getDatabaseMajorVersion() >= SCHEMAS_SINCE
                && statements.exists(FollowSql.PUBLISHED_SCHEMAS, name)) {
            throw new UnusablePublicationException(name, "is FOR TABLES IN SCHEMA");
        }
    }

    /** The statement that adds a table without its heirs, who are added by themselves. */
    String adding(TableName table) {
        return "ALTER PUBLICATION %s ADD TABLE ONLY %s".formatted(quoted(name), quoted(table));
    }

    String dropping(TableName table) {
        return "ALTER PUBLICATION %s DROP TABLE ONLY %s".formatted(quoted(name), quoted(table));
    }

    private static String quoted(TableName table) {
        return quoted(table.schema()) + '.' + quoted(table.name());
    }

    private static String quoted(String identifier) {
        return '"' + identifier.replace("\"", "\"\"") + '"';
    }
}

package dev.tidemark.quickstart.launch;

import dev.tidemark.quickstart.postgres.PostgresAddress;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The tables and views of a database as far as the launcher needs them: to check what it was told
 * to serve, and to show what can be asked.
 */
final class Catalogue {
    private static final String COLUMNS =
            """
            SELECT n.nspname, c.relname, c.relkind, c.reltuples,
                (SELECT count(DISTINCT f.conrelid) FROM pg_constraint f JOIN pg_class r ON r.oid = f.conrelid
                 WHERE f.contype = 'f' AND f.confrelid = c.oid AND f.conrelid <> c.oid AND NOT r.relispartition) AS referenced,
                a.attname, t.typtype, t.typcategory,
                EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary AND a.attnum = ANY (i.indkey)) AS is_key,
                EXISTS (SELECT FROM pg_constraint f WHERE f.contype = 'f' AND f.conrelid = c.oid AND a.attnum = ANY (f.conkey)) AS refers,
                has_column_privilege(c.oid, a.attnum, 'SELECT') AS readable
            FROM pg_class c
            JOIN pg_namespace n ON n.oid = c.relnamespace
            JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
            JOIN pg_type t ON t.oid = a.atttypid
            WHERE c.relkind IN ('r', 'p', 'v', 'm') AND NOT c.relispartition AND n.nspname = ANY (?)
            ORDER BY n.nspname, c.relname, a.attnum
            """;

    /**
     * A column of a table or view.
     *
     * @param kind PostgreSQL's {@code typtype}: {@code e} for an enum
     * @param category PostgreSQL's {@code typcategory}: {@code S} for text, {@code N} for numbers,
     *     {@code B} for booleans, {@code D} for dates
     */
    record Column(
            String name,
            char kind,
            char category,
            boolean isKey,
            boolean refers,
            boolean readable) {}

    /**
     * A table or view.
     *
     * @param kind PostgreSQL's {@code relkind}
     * @param referenced how many tables refer to it
     */
    record Table(
            String schema,
            String name,
            char kind,
            double rows,
            int referenced,
            List<Column> columns) {
        boolean isView() {
            return kind == 'v' || kind == 'm';
        }

        List<Column> key() {
            return columns.stream().filter(Column::isKey).toList();
        }
    }

    private final PostgresAddress address;

    private Catalogue(PostgresAddress address) {
        this.address = address;
    }

    static Catalogue of(PostgresAddress address) {
        return new Catalogue(address);
    }

    /**
     * Throws what a person should read if a schema or something to hide does not exist: a slip
     * there would publish what was meant to be hidden.
     */
    void requireServed(List<String> schemas, List<String> hide) {
        try (Connection connection = address.connect()) {
            List<String> existing = schemas(connection);
            for (String schema : schemas) {
                if (!existing.contains(schema)) {
                    throw new StartException(
                            "--schemas: there is no schema %s; there are %s"
                                    .formatted(schema, String.join(", ", existing)));
                }
            }
            Collection<Table> tables = tables(connection, schemas);
            for (String hidden : hide) {
                if (tables.stream().noneMatch(table -> names(hidden, table))) {
                    throw new StartException(
                            "--hide: there is no table or column %s in %s"
                                    .formatted(hidden, String.join(", ", schemas)));
                }
            }
        } catch (SQLException e) {
            throw new StartException(ExistingDatabase.reason(address, e), e);
        }
    }

    private static boolean names(String hidden, Table table) {
        return hides(hidden, table)
                || table.columns().stream().anyMatch(column -> hides(hidden, table, column));
    }

    private static boolean hides(String hidden, Table table) {
        return hidden.equals(table.name()) || hidden.equals(table.schema() + "." + table.name());
    }

    private static boolean hides(String hidden, Table table, Column column) {
        String name = table.name() + "." + column.name();
        return hidden.equals(name) || hidden.equals(table.schema() + "." + name);
    }

    /** Request targets that this database has an answer to. */
    List<String> exampleTargets(String schema, List<String> hide) {
        try (Connection connection = address.connect()) {
            List<Table> visible =
                    tables(connection, List.of(schema)).stream()
                            .map(table -> visible(table, hide))
                            .filter(table -> !table.columns().isEmpty())
                            .toList();
            return new ExampleTargets(connection, visible).choose();
        } catch (SQLException e) {
            // Only an invitation: the suite runs.
            return List.of();
        }
    }

    private static Table visible(Table table, List<String> hide) {
        boolean hidden = hide.stream().anyMatch(name -> hides(name, table));
        List<Column> columns =
                table.columns().stream()
                        .filter(Column::readable)
                        .filter(column ->
                                !hidden
                                        && hide.stream()
                                                .noneMatch(name -> hides(name, table, column)))
                        .toList();
        return new Table(
                table.schema(),
                table.name(),
                table.kind(),
                table.rows(),
                table.referenced(),
                columns);
    }

    private static List<String> schemas(Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery(
                                "SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' ORDER BY 1")) {
            var schemas = new ArrayList<String>();
            while (rows.next()) {
                schemas.add(rows.getString(1));
            }
            return schemas;
        }
    }

    private static Collection<Table> tables(Connection connection, List<String> schemas)
            throws SQLException {
        Map<List<String>, Table> tables = new LinkedHashMap<>();
        try (var statement = connection.prepareStatement(COLUMNS)) {
            statement.setArray(1, connection.createArrayOf("text", schemas.toArray()));
            ResultSet rows = statement.executeQuery();
            while (rows.next()) {
                String schema = rows.getString("nspname");
                String name = rows.getString("relname");
                char kind = rows.getString("relkind").charAt(0);
                double count = rows.getDouble("reltuples");
                int referenced = rows.getInt("referenced");
                tables.computeIfAbsent(
                                List.of(schema, name),
                                _ ->
                                        new Table(
                                                schema,
                                                name,
                                                kind,
                                                count,
                                                referenced,
                                                new ArrayList<>()))
                        .columns()
                        .add(
                                new Column(
                                        rows.getString("attname"),
                                        rows.getString("typtype").charAt(0),
                                        rows.getString("typcategory").charAt(0),
                                        rows.getBoolean("is_key"),
                                        rows.getBoolean("refers"),
                                        rows.getBoolean("readable")));
            }
        }
        return tables.values();
    }
}

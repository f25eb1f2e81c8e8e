package dev.tidemark.quickstart.launch;

import dev.tidemark.quickstart.launch.Catalogue.Column;
import dev.tidemark.quickstart.launch.Catalogue.Table;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Requests for a person to begin with: a row of the table that most others refer to, a filtered
 * list of it, and a view. Values come from the data, so that each has an answer.
 */
final class ExampleTargets {
    private static final String ROOT = "/rest/v1/";

    /** A view over a large database may take for ever. */
    private static final int QUERY_TIMEOUT_SECONDS = 3;

    private static final String EASY_NAME = "[A-Za-z_][A-Za-z0-9_]*";

    private final Connection connection;
    private final List<Table> tables;

    ExampleTargets(Connection connection, List<Table> tables) {
        this.connection = connection;
        this.tables = tables.stream().filter(table -> table.name().matches(EASY_NAME)).toList();
    }

    List<String> choose() throws SQLException {
        List<Table> keyed =
                tables.stream()
                        .filter(table -> !table.isView() && table.key().size() == 1)
                        .sorted(
                                Comparator.comparingInt(Table::referenced)
                                        .thenComparingDouble(Table::rows)
                                        .reversed())
                        .toList();
        var targets = new ArrayList<String>();
        for (Table table : keyed) {
            Optional<String> key = sample(table, table.key().getFirst());
            if (key.isPresent()) {
                targets.add(ROOT + table.name() + "/" + encoded(key.get()));
                targets.add(list(table));
                break;
            }
        }
        String main = keyed.isEmpty() ? "" : keyed.getFirst().name();
        other(main).ifPresent(target -> targets.add(target));
        return targets;
    }

    private String list(Table table) throws SQLException {
        Column key = table.key().getFirst();
        List<Column> plain =
                table.columns().stream()
                        .filter(column -> !column.isKey() && column.name().matches(EASY_NAME))
                        .toList();
        Optional<Column> filter =
                first(plain, column -> column.kind() == 'e')
                        .or(() -> first(plain, column -> column.category() == 'B'))
                        .or(() -> first(plain, Column::refers));
        Optional<Column> order =
                first(plain, column -> column.category() == 'N' && !column.refers())
                        .or(() -> first(plain, column -> column.category() == 'D'));
        Optional<Column> label =
                first(
                                plain,
                                column ->
                                        column.category() == 'S'
                                                && column.name()
                                                        .matches("(?i).*(name|title|label).*"))
                        .or(() -> first(plain, column -> column.category() == 'S'));

        var selected = new ArrayList<>(List.of(key.name()));
        label.ifPresent(column -> selected.add(column.name()));
        order.ifPresent(column -> selected.add(column.name()));
        var query = new ArrayList<>(List.of("select=" + String.join(",", selected)));
        if (filter.isPresent()) {
            sample(table, filter.get())
                    .ifPresent(value ->
                            query.add(
                                    filter.get().name()
                                            + "="
                                            + operator(filter.get())
                                            + "."
                                            + encoded(value)));
        }
        order.ifPresent(column -> query.add("order=" + column.name() + ".desc.nullslast"));
        query.add("limit=5");
        return ROOT + table.name() + "?" + String.join("&", query);
    }

    private static String operator(Column column) {
        return column.category() == 'B' ? "is" : "eq";
    }

    /** A view that is quick enough, best one about the main table, or else another table. */
    private Optional<String> other(String main) {
        return tables.stream()
                .filter(table -> !table.name().equals(main))
                .sorted(
                        Comparator.comparing(Table::isView)
                                .thenComparing(table -> table.name().startsWith(main))
                                .reversed()
                                .thenComparing(Table::name))
                .filter(this::answers)
                .findFirst()
                .map(table -> ROOT + table.name() + "?limit=3");
    }

    private boolean answers(Table table) {
        try {
            return sample(table, table.columns().getFirst()).isPresent();
        } catch (SQLException e) {
            return false;
        }
    }

    private static Optional<Column> first(List<Column> columns, Predicate<Column> condition) {
        return columns.stream().filter(condition).findFirst();
    }

    /** A value of a column, of the first row by key where there is one. */
    private Optional<String> sample(Table table, Column column) throws SQLException {
        String order =
                table.key().size() == 1 ? " ORDER BY " + quoted(table.key().getFirst().name()) : "";
        String sql =
                "SELECT %1$s::text FROM %2$s.%3$s WHERE %1$s IS NOT NULL%4$s LIMIT 1"
                        .formatted(
                                quoted(column.name()),
                                quoted(table.schema()),
                                quoted(table.name()),
                                order);
        try (var statement = connection.createStatement()) {
            statement.setQueryTimeout(QUERY_TIMEOUT_SECONDS);
            ResultSet rows = statement.executeQuery(sql);
            return rows.next() ? Optional.of(rows.getString(1)) : Optional.empty();
        }
    }

    private static String quoted(String identifier) {
        return '"' + identifier.replace("\"", "\"\"") + '"';
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}

package dev.tidemark.retrieval.table;

import java.util.List;
import java.util.Optional;

/**
 * A served table or view.
 *
 * @param columns the served ones, in the table's order; at least one
 * @param primaryKey in the key's order; empty if there is none, or if a part of it is not served
 * @param rowNames the names under which its rows are tagged: its own, its root's if it is a
 *     partition, and its descendants' if others inherit from it; empty for a view
 * @param behind the names of everything else that its answers depend on: the tables behind a view
 *     and those that its row-level-security policies read
 * @param followability whether the log tells of all that changes its answers
 */
public record Table(
        TableName name,
        Kind kind,
        List<Column> columns,
        List<Column> primaryKey,
        List<String> rowNames,
        List<String> behind,
        Followability followability) {

    /** What PostgreSQL calls {@code relkind}. */
    public enum Kind {
        TABLE,
        PARTITIONED,
        VIEW,
        MATERIALIZED_VIEW,
        FOREIGN;

        static Kind of(String relkind) {
            return switch (relkind) {
                case "r" -> TABLE;
                case "p" -> PARTITIONED;
                case "v" -> VIEW;
                case "m" -> MATERIALIZED_VIEW;
                case "f" -> FOREIGN;
                default -> throw new IllegalArgumentException("not a table: " + relkind);
            };
        }
    }

    public Table {
        columns = List.copyOf(columns);
        primaryKey = List.copyOf(primaryKey);
        rowNames = List.copyOf(rowNames);
        behind = List.copyOf(behind);
    }

    /** A served column whose name this may be a slip of. */
    public Optional<Column> columnLike(String slip) {
        return columns.stream().filter(column -> Spelling.isAlike(column.name(), slip)).findFirst();
    }

    /** One of which it was not found out whether it can be followed. */
    public Table(
            TableName name,
            Kind kind,
            List<Column> columns,
            List<Column> primaryKey,
            List<String> rowNames,
            List<String> behind) {
        this(name, kind, columns, primaryKey, rowNames, behind, Followability.UNKNOWN);
    }

    public Optional<Column> column(String name) {
        return columns.stream().filter(column -> column.name().equals(name)).findFirst();
    }
}

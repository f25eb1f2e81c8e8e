package dev.tidemark.retrieval.query;

import dev.tidemark.common.request.Condition;
import dev.tidemark.common.request.Condition.Comparison;
import dev.tidemark.common.request.Condition.Junction;
import dev.tidemark.common.request.Operator;
import dev.tidemark.retrieval.table.Column;
import dev.tidemark.retrieval.table.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a filter says of the primary key, if it allows few of its values only: that is how
 * PostgREST's clients read rows.
 *
 * @param columns the key's, in its order
 * @param values for each column those that the filter allows; as in the request
 */
record Pin(List<Column> columns, List<List<String>> values) {

    /** How many rows may be pinned: each is a tag in the entry. */
    static final int ROWS_MAX = 100;

    /** What this filter pins; empty if rows of any key may pass it. */
    static Optional<Pin> of(Table table, Junction where) {
        if (table.primaryKey().isEmpty() || where.any() || where.negated()) {
            return Optional.empty();
        }
        List<List<String>> values = new ArrayList<>();
        long rows = 1;
        for (Column column : table.primaryKey()) {
            Optional<List<String>> allowed =
                    where.conditions().stream()
                            .flatMap(condition -> allowed(column, condition).stream())
                            .findFirst();
            if (allowed.isEmpty()) {
                return Optional.empty();
            }
            values.add(allowed.get());
            rows *= allowed.get().size();
            if (rows > ROWS_MAX) {
                return Optional.empty();
            }
        }
        return Optional.of(new Pin(table.primaryKey(), List.copyOf(values)));
    }

    private static Optional<List<String>> allowed(Column column, Condition condition) {
        return condition instanceof Comparison comparison
                        && !comparison.negated()
                        && comparison.column().equals(column.name())
                        && (comparison.operator() == Operator.EQ
                                || comparison.operator() == Operator.IN)
                ? Optional.of(comparison.values())
                : Optional.empty();
    }

    /** Whether at most one key passes. */
    boolean isOneRow() {
        return values.stream().allMatch(allowed -> allowed.size() <= 1);
    }

    /** Whether PostgreSQL's text of a value names the row even if it is not found. */
    boolean equalsByText() {
        return columns.stream().allMatch(Column::equalsByText);
    }
}

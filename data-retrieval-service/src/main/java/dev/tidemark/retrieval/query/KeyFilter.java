package dev.tidemark.retrieval.query;

import dev.tidemark.common.problem.ProblemType;
import dev.tidemark.common.request.Condition;
import dev.tidemark.common.request.Operator;
import dev.tidemark.retrieval.problem.ProblemException;
import dev.tidemark.retrieval.table.Column;
import dev.tidemark.retrieval.table.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** A key in the path, as the filter that it stands for. */
final class KeyFilter {

    private KeyFilter() {}

    /**
     * The rows, at most one, of this key.
     *
     * @param key its parts as in the request
     * @throws ProblemException 400 if the table has no such key
     */
    static Condition.Junction of(Table table, List<String> key) {
        List<Column> columns = table.primaryKey();
        if (columns.isEmpty()) {
            throw ProblemException.of(
                    ProblemType.BAD_REQUEST,
                    "'%s' has no primary key to name a row by".formatted(table.name().name()),
                    "filter instead: /rest/v1/{table}?column=eq.value");
        }
        if (key.size() != columns.size()) {
            throw ProblemException.of(
                    ProblemType.BAD_REQUEST,
                    "the key of '%s' has %d part%s (%s), and %d %s given"
                            .formatted(
                                    table.name().name(),
                                    columns.size(),
                                    columns.size() == 1 ? "" : "s",
                                    columns.stream()
                                            .map(Column::name)
                                            .collect(Collectors.joining(", ")),
                                    key.size(),
                                    key.size() == 1 ? "is" : "are"),
                    "separate the parts by commas; write a comma inside of a part as %2C");
        }
        List<Condition> parts = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            parts.add(
                    new Condition.Comparison(
                            columns.get(i).name(),
                            false,
                            Operator.EQ,
                            Optional.empty(),
                            List.of(key.get(i))));
        }
        return new Condition.Junction(false, false, parts);
    }
}

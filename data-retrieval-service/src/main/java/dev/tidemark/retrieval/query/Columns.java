package dev.tidemark.retrieval.query;

import dev.tidemark.common.problem.Problem;
import dev.tidemark.common.problem.ProblemType;
import dev.tidemark.retrieval.problem.ProblemException;
import dev.tidemark.retrieval.table.Column;
import dev.tidemark.retrieval.table.Table;

/** Finds the columns that requests name. */
final class Columns {

    private Columns() {}

    /**
     * The served column of this name. A hidden column and one that does not exist are the same to a
     * client.
     *
     * @throws ProblemException 400 if there is none
     */
    static Column require(Table table, String name) {
        return table.column(name).orElseThrow(() -> unknown(table, name));
    }

    private static ProblemException unknown(Table table, String name) {
        Problem problem =
                Problem.of(
                        ProblemType.UNKNOWN_COLUMN,
                        "column %s.%s does not exist".formatted(table.name().name(), name));
        return new ProblemException(
                table.columnLike(name)
                        .map(like ->
                                problem.withHint(
                                        "Perhaps you meant the column '" + like.name() + "'"))
                        .orElse(problem));
    }
}

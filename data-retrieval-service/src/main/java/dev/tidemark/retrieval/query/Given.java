package dev.tidemark.retrieval.query;

import dev.tidemark.common.problem.Problem;
import dev.tidemark.common.problem.ProblemType;
import dev.tidemark.retrieval.problem.ProblemException;
import dev.tidemark.retrieval.problem.SqlProblems;
import dev.tidemark.retrieval.table.Column;
import dev.tidemark.retrieval.table.SqlType;
import dev.tidemark.retrieval.table.Table;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * A value of a request that PostgreSQL is to read as one of a type. Remembered so that a value that
 * does not fit can be named.
 *
 * @param type what it is read as
 */
public record Given(Column column, SqlType type, String text) {

    private static final int TEXT_CHARS_MAX = 100;

    /**
     * The parts of a primary key.
     *
     * @param key as in a request's path
     * @throws ProblemException 400 if the table has no such key
     */
    public static List<Given> ofKey(Table table, List<String> key) {
        KeyFilter.of(table, key);
        List<Given> parts = new ArrayList<>();
        for (int i = 0; i < key.size(); i++) {
            Column column = table.primaryKey().get(i);
            parts.add(new Given(column, column.type(), key.get(i)));
        }
        return parts;
    }

    /** A statement that fails if and only if the value, its only parameter, does not fit. */
    public String probe() {
        return Sql.render(Sql.context().select(Sql.cast(text, type)));
    }

    /** The same, whose one column is the value as PostgreSQL prints it, in changes too. */
    public String printing() {
        return Sql.render(Sql.context().select(Sql.printed(Sql.cast(text, type))));
    }

    /** What to say of it once PostgreSQL has refused it. */
    public Problem misfit(SQLException refused) {
        String shown =
                text.length() > TEXT_CHARS_MAX ? text.substring(0, TEXT_CHARS_MAX) + "…" : text;
        return Problem.of(
                        ProblemType.BAD_VALUE,
                        "the value '%s' does not fit the column '%s', which is of type %s"
                                .formatted(shown, column.name(), column.declaredType()))
                .withCode(SqlProblems.state(refused))
                .withDetails(SqlProblems.message(refused));
    }
}

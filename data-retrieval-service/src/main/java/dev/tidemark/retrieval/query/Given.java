package dev.tidemark.retrieval.query;

import dev.tidemark.retrieval.table.Column;
import dev.tidemark.retrieval.table.SqlType;

/**
 * A value of a request that PostgreSQL is to read as one of a type. Remembered so that a value that
 * does not fit can be named.
 *
 * @param type what it is read as
 */
public record Given(Column column, SqlType type, String text) {

    /** A statement that fails if and only if the value, its only parameter, does not fit. */
    public String probe() {
        return Sql.render(Sql.context().select(Sql.cast(text, type)));
    }
}

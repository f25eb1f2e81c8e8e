package dev.tidemark.retrieval.table;

/**
 * A served column.
 *
 * @param type what it holds; a domain's base type
 * @param declaredType as declared, for messages: a domain's name, {@code character varying(50)}
 * @param deterministic whether its collation tells any two different texts apart
 */
public record Column(String name, SqlType type, String declaredType, boolean deterministic) {

    /** Whether the text of a value identifies it: see {@link SqlType#equalsByText()}. */
    public boolean equalsByText() {
        return deterministic && type.equalsByText();
    }
}

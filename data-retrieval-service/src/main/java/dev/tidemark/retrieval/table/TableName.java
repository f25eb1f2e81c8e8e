package dev.tidemark.retrieval.table;

/** A qualified name; as text, the one that tags and metrics use. */
public record TableName(String schema, String name) {

    @Override
    public String toString() {
        return schema + '.' + name;
    }
}

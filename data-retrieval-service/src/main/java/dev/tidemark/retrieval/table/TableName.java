package dev.tidemark.retrieval.table;

/** A qualified name; as text, the one that tags and metrics use. */
public record TableName(String schema, String name) {

    /** As SQL has it, whatever characters there are in it. */
    public String quoted() {
        return quoted(schema) + '.' + quoted(name);
    }

    /** An identifier of any kind as SQL has it. */
    public static String quoted(String identifier) {
        return '"' + identifier.replace("\"", "\"\"") + '"';
    }

    @Override
    public String toString() {
        return schema + '.' + name;
    }
}

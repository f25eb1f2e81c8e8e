package dev.tidemark.retrieval.table;

import java.util.List;
import java.util.stream.Collectors;

/** The text of a primary key in row tags. */
public final class RowKey {

    private RowKey() {}

    /**
     * A key of one part is its text as it is; the parts of a composite one are quoted, with
     * backslash escapes, and separated by commas.
     *
     * @param parts in the key's order, as PostgreSQL prints them
     */
    public static String text(List<String> parts) {
        return parts.size() == 1
                ? parts.getFirst()
                : parts.stream()
                        .map(part -> part.replace("\\", "\\\\").replace("\"", "\\\""))
                        .collect(Collectors.joining("\",\"", "\"", "\""));
    }
}

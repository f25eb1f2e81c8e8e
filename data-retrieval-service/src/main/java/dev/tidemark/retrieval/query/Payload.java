package dev.tidemark.retrieval.query;

import java.util.List;

/**
 * The rows of a body, still as the client's JSON: PostgreSQL reads the values.
 *
 * @param json one array of objects
 * @param groups its rows, by what they name
 */
public record Payload(String json, List<Group> groups) {

    /** Of a write without a body. */
    public static final Payload NONE = new Payload("[]", List.of());

    /**
     * Rows that name the same columns.
     *
     * @param names members of the objects; a row need not have them all, one that is missing is
     *     null
     * @param positions where they stand in the array, from 1
     */
    public record Group(List<String> names, List<Integer> positions) {
        public Group {
            names = List.copyOf(names);
            positions = List.copyOf(positions);
        }
    }

    public Payload {
        groups = List.copyOf(groups);
    }
}

package dev.tidemark.benchmarks.load;

import java.util.List;

/**
 * What a load asks for, in this order and then again from the start.
 *
 * @param fields header fields of all of them, as {@code Name: value}
 */
public record Requests(List<Request> sequence, List<String> fields) {

    /**
     * One request.
     *
     * @param body empty for none
     */
    public record Request(String method, String target, String body) {

        public static Request get(String target) {
            return new Request("GET", target, "");
        }
    }

    public Requests {
        sequence = List.copyOf(sequence);
        fields = List.copyOf(fields);
        if (sequence.isEmpty()) {
            throw new IllegalArgumentException("no requests");
        }
    }

    /** One target all the time. */
    public static Requests of(String target) {
        return gets(List.of(target));
    }

    public static Requests gets(List<String> targets) {
        return new Requests(targets.stream().map(Request::get).toList(), List.of());
    }
}

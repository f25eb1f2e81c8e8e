package dev.tidemark.benchmarks.http;

import java.util.List;
import java.util.Locale;

/**
 * What a server answered, and when.
 *
 * @param fields the head's lines without the first, as they came
 * @param sentNanos before the request was sent, on the monotonic clock
 * @param receivedNanos after the answer had come whole
 */
public record Response(
        int status, List<String> fields, String body, long sentNanos, long receivedNanos) {

    public Response {
        fields = List.copyOf(fields);
    }

    /** The value of the first field of this name, in any case; empty if there is none. */
    public String field(String name) {
        String start = name.toLowerCase(Locale.ROOT) + ":";
        for (String field : fields) {
            if (field.toLowerCase(Locale.ROOT).startsWith(start)) {
                return field.substring(start.length()).strip();
            }
        }
        return "";
    }
}

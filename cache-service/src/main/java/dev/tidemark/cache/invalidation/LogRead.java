package dev.tidemark.cache.invalidation;

import java.util.List;

/** What comes after a place in the log. */
public sealed interface LogRead {

    /**
     * The next records, each the successor of the one before, the first one that of the place; none
     * if the place is the log's end.
     */
    record Continued(List<EncodedRecord> records) implements LogRead {
        public Continued {
            records = List.copyOf(records);
        }
    }

    /**
     * The log does not go on from the place: what came next was trimmed, the log has lost its end
     * or everything, another reader told it in another way, or it cannot be read.
     *
     * @param reason for people
     */
    record Broken(String reason) implements LogRead {}
}

package dev.tidemark.retrieval.pgoutput;

import java.util.Optional;

/** What Tidemark says to itself through the write-ahead log. */
enum LogicalMessagePrefix {
    /** {@code schema.table}: all that touches the table is invalid. */
    TABLE("tidemark.table"),
    /** {@code schema.table:key}: the row is invalid. */
    ROW("tidemark.row"),
    /** The schema has changed. */
    SCHEMA("tidemark.schema"),
    /** The log is complete up to here. */
    HEARTBEAT("tidemark.heartbeat");

    private final String text;

    LogicalMessagePrefix(String text) {
        this.text = text;
    }

    static Optional<LogicalMessagePrefix> of(String text) {
        for (LogicalMessagePrefix prefix : values()) {
            if (prefix.text.equals(text)) {
                return Optional.of(prefix);
            }
        }
        return Optional.empty();
    }
}

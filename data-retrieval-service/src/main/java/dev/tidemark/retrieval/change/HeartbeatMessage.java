package dev.tidemark.retrieval.change;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a heartbeat says in the write-ahead log.
 *
 * @param reader whose it is
 * @param sequence counts that reader's heartbeats from 1
 * @param xid of its own transaction
 * @param databaseTime the database's clock before it
 */
record HeartbeatMessage(UUID reader, long sequence, long xid, Instant databaseTime) {

    /** Writes one, given the reader and the sequence. */
    static final String SQL =
            """
            SELECT pg_catalog.pg_logical_emit_message(true, 'tidemark.heartbeat',
              pg_catalog.concat_ws(' ', ?::text, ?::bigint, pg_catalog.pg_current_xact_id(),
                (extract(epoch FROM pg_catalog.clock_timestamp()) * 1000000)::bigint))
            """;

    private static final Pattern FORM =
            Pattern.compile("([0-9a-f-]{36}) (\\d{1,18}) (\\d{1,18}) (\\d{1,18})");

    /** Reads the content of a message; empty if it is not Tidemark's. */
    static Optional<HeartbeatMessage> parse(String content) {
        Matcher matcher = FORM.matcher(content);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    new HeartbeatMessage(
                            UUID.fromString(matcher.group(1)),
                            Long.parseLong(matcher.group(2)),
                            Long.parseLong(matcher.group(3)),
                            Instant.EPOCH.plus(
                                    Long.parseLong(matcher.group(4)), ChronoUnit.MICROS)));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}

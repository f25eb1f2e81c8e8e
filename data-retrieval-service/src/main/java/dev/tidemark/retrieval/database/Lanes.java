package dev.tidemark.retrieval.database;

import dev.tidemark.common.wire.Purpose;

/**
 * The lanes of this service.
 *
 * @param rows reads of one row
 * @param lists reads of many rows
 * @param strong reads that insist on the database
 * @param refresh reads that nobody waits for
 * @param streams answers that are too large to aggregate
 * @param writes writes of any number of rows
 */
public record Lanes(Lane rows, Lane lists, Lane strong, Lane refresh, Lane streams, Lane writes) {

    /** The lane of a read, while it is not known to be a stream. */
    public Lane of(Purpose purpose, boolean oneRow) {
        return switch (purpose) {
            case READ -> oneRow ? rows : lists;
            case STRONG -> strong;
            case REFRESH -> refresh;
        };
    }
}

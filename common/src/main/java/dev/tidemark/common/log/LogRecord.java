package dev.tidemark.common.log;

import dev.tidemark.common.wire.DatabaseIdentity;
import java.time.Instant;

/**
 * One record of the invalidation log.
 *
 * @param predecessor the place of the record before it; {@link LogPosition#NONE} for the first
 */
public record LogRecord(LogPosition position, LogPosition predecessor, Content content) {

    /** What a record says. Sealed, so that every node decides what to do in each case. */
    public sealed interface Content {

        /** A transaction has committed. */
        record Changed(Change change) implements Content {}

        /**
         * The log is complete up to here. Also the number that floors are made of: the xid of a
         * transaction that began after all that its reader had told before.
         *
         * @param xid of the heartbeat's own transaction
         * @param sequence counts the heartbeats that the reader has begun, from 1
         * @param databaseTime the database's clock before the transaction; for people only
         */
        record Heartbeat(long xid, long sequence, Instant databaseTime) implements Content {}

        /**
         * Something before this may never have been told: nothing is valid until a heartbeat that
         * was begun after it, whose xid is then the floor.
         *
         * @param fromSequence the first of the reader's heartbeats that is begun after; those of
         *     later readers all are
         */
        record Gap(long fromSequence) implements Content {}

        /**
         * From here on the log tells of this history: whatever belongs to another is of no use.
         * Nothing is valid until the first heartbeat, as after a {@link Gap}.
         *
         * @param xid one that had not been assigned when the generation was opened: what later
         *     stamps are compared with
         */
        record Generation(DatabaseIdentity identity, long xid, long fromSequence)
                implements Content {}

        /** Of a kind that this version does not know: to be treated as a {@link Gap}. */
        record Unknown(int kind) implements Content {}
    }
}

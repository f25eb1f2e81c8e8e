package dev.tidemark.retrieval.change;

import dev.tidemark.common.log.LogRecord;
import dev.tidemark.common.log.LogRecord.Content;
import dev.tidemark.common.tag.Lsn;
import dev.tidemark.common.tag.Tags;
import dev.tidemark.common.wire.DatabaseIdentity;
import dev.tidemark.retrieval.pgoutput.CommittedTransaction;
import java.util.Optional;

/**
 * Whether a new reader may go on with the log as it is: only if it is proven that the log's last
 * record is of this history of this database, and that nothing after it is missed.
 */
enum Continuity {
    /** It may: decoding begins at or before the last record. */
    PROVEN,
    /** It may if the last record is decoded again. */
    TO_BE_PROVEN,
    /** It may not: a new generation is opened. */
    BROKEN;

    /**
     * What can be said before anything is decoded.
     *
     * @param tail the log's last record
     * @param identity the database's now
     * @param generation the one that was opened with the identity's incarnation; 0 if none was
     * @param decodedFrom commits from here on will be decoded
     * @param written the end of the database's write-ahead log
     */
    static Continuity of(
            Optional<LogRecord> tail,
            DatabaseIdentity identity,
            long generation,
            Lsn decodedFrom,
            Lsn written) {
        if (tail.isEmpty() || tail.get().position().generation() != generation) {
            return BROKEN;
        }
        Lsn lsn = tail.get().position().lsn();
        if (lsn.compareTo(written) > 0) {
            return BROKEN;
        }
        return switch (tail.get().content()) {
            case Content.Generation opened ->
                    opened.identity().equals(identity) && lsn.compareTo(decodedFrom) >= 0
                            ? PROVEN
                            : BROKEN;
            case Content.Gap _ -> lsn.compareTo(decodedFrom) >= 0 ? PROVEN : BROKEN;
            // A commit that ends where decoding begins is not decoded again.
            case Content.Changed _, Content.Heartbeat _ ->
                    lsn.compareTo(decodedFrom) > 0 ? TO_BE_PROVEN : BROKEN;
            case Content.Unknown _ -> BROKEN;
        };
    }

    /**
     * What the first transaction says that ends at or after the tail.
     *
     * @param tail {@link #TO_BE_PROVEN}
     */
    static Continuity of(LogRecord tail, CommittedTransaction decoded) {
        return decoded.end().equals(tail.position().lsn()) && isSame(tail.content(), decoded)
                ? PROVEN
                : BROKEN;
    }

    private static boolean isSame(Content content, CommittedTransaction decoded) {
        return switch (content) {
            case Content.Changed(var change) -> change.tags().equals(decoded.tags());
            case Content.Heartbeat heartbeat ->
                    decoded.tags().equals(Tags.NONE)
                            && decoded.heartbeat()
                                    .flatMap(HeartbeatMessage::parse)
                                    .filter(message ->
                                            message.xid() == heartbeat.xid()
                                                    && message.sequence() == heartbeat.sequence()
                                                    && message.databaseTime()
                                                            .equals(heartbeat.databaseTime()))
                                    .isPresent();
            default -> false;
        };
    }
}

package dev.tidemark.retrieval.pgoutput;

import dev.tidemark.common.tag.Lsn;
import java.util.List;
import java.util.Optional;

/**
 * One message of the protocol (PostgreSQL documentation, 54.9, "Logical Replication Message
 * Formats"). Xids are 32 bits, unsigned. The xid that precedes a message inside a stream is that of
 * a subtransaction; it is left out, since tags belong to the transaction as a whole.
 */
public sealed interface PgOutputMessage {

    /**
     * A transaction follows, up to its {@link Commit}.
     *
     * @param xid of the top-level transaction
     */
    record Begin(int xid) implements PgOutputMessage {}

    /**
     * The transaction has committed.
     *
     * @param end of the commit record
     */
    record Commit(Lsn end) implements PgOutputMessage {}

    /** A logical message, such as {@code pg_logical_emit_message} writes. */
    @SuppressWarnings("ArrayRecordComponent") // large, and read once
    record Logical(boolean transactional, String prefix, byte[] content)
            implements PgOutputMessage {}

    /** The transaction came from elsewhere. */
    record Origin(String name) implements PgOutputMessage {}

    /**
     * What a table looks like, before the first change of it.
     *
     * @param replicaIdentity {@code d} default, {@code f} full, {@code i} index, {@code n} nothing
     */
    record Relation(int oid, String schema, String name, char replicaIdentity, List<Column> columns)
            implements PgOutputMessage {

        /**
         * One of its columns that are published.
         *
         * @param key whether it is a part of the replica identity
         */
        public record Column(String name, boolean key) {}

        public Relation {
            columns = List.copyOf(columns);
        }
    }

    record Type(int oid) implements PgOutputMessage {}

    record Insert(int relation, Tuple row) implements PgOutputMessage {}

    /**
     * A row was changed.
     *
     * @param old the key or the row as it was; empty if the key is the same
     */
    record Update(int relation, Optional<Tuple> old, Tuple row) implements PgOutputMessage {}

    record Delete(int relation, Tuple old) implements PgOutputMessage {}

    record Truncate(List<Integer> relations) implements PgOutputMessage {
        public Truncate {
            relations = List.copyOf(relations);
        }
    }

    /**
     * A part of a transaction that is still under way follows, up to {@link StreamStop}.
     *
     * @param xid of the top-level transaction
     */
    record StreamStart(int xid, boolean first) implements PgOutputMessage {}

    record StreamStop() implements PgOutputMessage {}

    /** All that was streamed of the transaction has committed. */
    record StreamCommit(int xid, Lsn end) implements PgOutputMessage {}

    /**
     * What was streamed is void, all of it or a part.
     *
     * @param subxid of the subtransaction that was rolled back; the same as xid if all was
     */
    record StreamAbort(int xid, int subxid) implements PgOutputMessage {}
}

package dev.tidemark.retrieval.change;

import dev.tidemark.common.log.Change;
import dev.tidemark.common.log.LogPosition;
import dev.tidemark.common.log.LogRecord;
import dev.tidemark.common.log.LogRecord.Content;
import dev.tidemark.common.tag.Lsn;
import dev.tidemark.common.tag.Tags;
import dev.tidemark.common.wire.DatabaseIdentity;
import dev.tidemark.retrieval.pgoutput.CommittedTransaction;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.LongSupplier;

/**
 * Committed transactions to records of the log: what each says, with which stamp, and after which
 * predecessor. For one thread, and for one session of one reader.
 */
final class LogRecorder {

    /** What is asked of the database while recording. */
    interface Database {

        /** A snapshot taken now. */
        TransactionSnapshot snapshot() throws SQLException;

        /**
         * Gives the incarnation a new number, and takes all announcements back.
         *
         * @param generationMin the lowest number that the generation may have
         */
        OpenedGeneration openGeneration(long generationMin) throws SQLException;

        /** Withdraws the announcements of these transactions. */
        void withdraw(List<Long> xids) throws SQLException;

        /** Withdraws all announcements. */
        void withdrawAnnouncements() throws SQLException;
    }

    /**
     * @param number of the generation
     * @param identity with the new incarnation
     * @param xid one that had not been assigned before
     * @param written the end of the write-ahead log before
     */
    record OpenedGeneration(long number, DatabaseIdentity identity, long xid, Lsn written) {}

    /** Where records go. */
    interface Sink {

        /** Takes the next record; waits while there is no room. */
        void append(LogRecord record)
                throws SQLException, SessionEndedException, InterruptedException;
    }

    private final UUID reader;
    private final long term;
    private final Database database;
    private final LongWriters writers;
    private final LongSupplier nextHeartbeat;
    private final Sink sink;

    /** The log's tail until continuity is proven; then the last record. */
    private Optional<LogRecord> tail;

    private Continuity continuity = Continuity.BROKEN;
    private LogPosition predecessor;

    /** An xid that was in use not long ago. */
    private long recentXid;

    /** The heartbeat that the last floor waits for; 0 if it is here. */
    private long awaited;

    LogRecorder(
            UUID reader,
            long term,
            Optional<LogRecord> tail,
            long recentXid,
            Database database,
            LongWriters writers,
            LongSupplier nextHeartbeat,
            Sink sink) {
        this.reader = reader;
        this.term = term;
        this.tail = tail;
        this.predecessor = tail.map(LogRecord::position).orElse(LogPosition.NONE);
        this.recentXid = recentXid;
        this.database = database;
        this.writers = writers;
        this.nextHeartbeat = nextHeartbeat;
        this.sink = sink;
    }

    /** Goes on with the log, or opens a new generation of it. */
    void begin(Continuity found) throws SQLException, SessionEndedException, InterruptedException {
        continuity = found;
        if (found == Continuity.BROKEN) {
            openGeneration();
        }
    }

    private void openGeneration() throws SQLException, SessionEndedException, InterruptedException {
        // Before the database forgets them: whoever reads without them needs no late stamp.
        writers.closed();
        OpenedGeneration opened = database.openGeneration(predecessor.generation() + 1);
        recentXid = Math.max(recentXid, opened.xid());
        awaited = nextHeartbeat.getAsLong();
        append(
                new LogPosition(opened.number(), opened.written(), term),
                new Content.Generation(opened.identity(), opened.xid(), awaited));
        continuity = Continuity.PROVEN;
    }

    /** Takes the next transaction. */
    void committed(CommittedTransaction transaction)
            throws SQLException, SessionEndedException, InterruptedException {
        long xid = Xids.widen(transaction.xid(), recentXid);
        if (continuity == Continuity.TO_BE_PROVEN
                && transaction.end().compareTo(predecessor.lsn()) >= 0) {
            begin(Continuity.of(tail.orElseThrow(), transaction));
        }
        if (transaction.end().compareTo(predecessor.lsn()) <= 0) {
            // Told before, with whatever stamp it needed.
            stamp(xid);
            return;
        }
        LogPosition position = new LogPosition(predecessor.generation(), transaction.end(), term);
        Optional<HeartbeatMessage> heartbeat =
                transaction
                        .heartbeat()
                        .flatMap(HeartbeatMessage::parse)
                        .filter(message -> message.reader().equals(reader));
        if (heartbeat.isPresent()) {
            heartbeat(position, heartbeat.get());
        } else if (transaction.overflowed()) {
            gap(position);
        } else if (transaction.tags().size() > 0) {
            changed(position, xid, transaction.tags());
        } else {
            stamp(xid); // there is nothing to tell, but it need not be announced any more
        }
    }

    private void heartbeat(LogPosition position, HeartbeatMessage message)
            throws SQLException, SessionEndedException, InterruptedException {
        recentXid = Math.max(recentXid, message.xid());
        List<Long> over = writers.reached(message.sequence());
        if (!over.isEmpty()) {
            database.withdraw(over);
        }
        append(
                position,
                new Content.Heartbeat(message.xid(), message.sequence(), message.databaseTime()));
        if (awaited > 0 && message.sequence() >= awaited) {
            awaited = 0;
            writers.floor(message.xid());
        }
    }

    private void gap(LogPosition position)
            throws SQLException, SessionEndedException, InterruptedException {
        writers.closed();
        database.withdrawAnnouncements();
        awaited = nextHeartbeat.getAsLong();
        append(position, new Content.Gap(awaited));
    }

    private void changed(LogPosition position, long xid, Tags tags)
            throws SQLException, SessionEndedException, InterruptedException {
        append(position, new Content.Changed(new Change(stamp(xid), tags)));
    }

    private long stamp(long xid) throws SQLException {
        return switch (writers.decoded(xid)) {
            case LongWriters.Stamping.With(long stamp) -> stamp;
            case LongWriters.Stamping.AfterWithdrawal() -> {
                database.withdraw(List.of(xid));
                yield Math.max(xid, database.snapshot().xmax());
            }
        };
    }

    private void append(LogPosition position, Content content)
            throws SQLException, SessionEndedException, InterruptedException {
        LogRecord record = new LogRecord(position, predecessor, content);
        sink.append(record);
        predecessor = position;
        tail = Optional.of(record);
    }
}

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
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.LongSupplier;

/**
 * Committed transactions to records of the log: what each says, with which stamp, and after which
 * predecessor. For one thread, and for one session of one reader.
 */
final class LogRecorder {

    /** With a transaction's own limit half of a record: room for one more in any case. */
    private static final int LATE_TAGS_MAX = 100_000;

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

        /** Takes all announcements back. */
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

        /**
         * Takes the next record; waits while there is no room.
         *
         * @param settled whether, with this record, nothing up to it is owed a late stamp
         */
        void append(LogRecord record, boolean settled)
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

    private TransactionSnapshot known;

    /** Decoded and told, but not with a stamp of a snapshot in which they had ended. */
    private final Map<Long, Tags> owed = new LinkedHashMap<>();

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
        this.known = new TransactionSnapshot(0, Set.of());
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
        owed.clear();
        OpenedGeneration opened = database.openGeneration(predecessor.generation() + 1);
        recentXid = Math.max(recentXid, opened.xid());
        awaited = nextHeartbeat.getAsLong();
        append(
                new LogPosition(opened.number(), opened.written(), term),
                new Content.Generation(opened.identity(), opened.xid(), awaited),
                false);
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
            // Told before; but whether with its last stamp, only the announcement says.
            if (writers.isAnnounced(xid)) {
                owed.put(xid, transaction.tags());
            }
            return;
        }
        LogPosition position = new LogPosition(predecessor.generation(), transaction.end(), term);
        Optional<HeartbeatMessage> heartbeat =
                transaction
                        .heartbeat()
                        .flatMap(HeartbeatMessage::parse)
                        .filter(message -> message.reader().equals(reader));
        if (heartbeat.isPresent()) {
            heartbeat(position, heartbeat.get(), transaction.tags());
        } else if (transaction.overflowed()) {
            gap(position);
        } else if (transaction.tags().size() > 0) {
            changed(position, xid, transaction.tags());
        } else {
            writers.isLate(xid); // there is nothing to stamp, but it need not be announced either
            writers.stamped(xid, position);
        }
    }

    private void heartbeat(LogPosition position, HeartbeatMessage message, Tags tags)
            throws SQLException, SessionEndedException, InterruptedException {
        recentXid = Math.max(recentXid, message.xid());
        writers.reached(message.sequence());
        List<Change> changes = settle(position);
        if (tags.size() > 0) {
            changes.add(new Change(message.xid(), tags));
        }
        append(
                position,
                new Content.Heartbeat(
                        message.xid(), message.sequence(), message.databaseTime(), changes),
                owed.isEmpty());
        if (awaited > 0 && message.sequence() >= awaited) {
            awaited = 0;
            writers.floor(message.xid());
        }
    }

    /** The late stamps of those that have ended since they were decoded. */
    private List<Change> settle(LogPosition position) throws SQLException {
        List<Change> changes = new ArrayList<>();
        if (owed.isEmpty()) {
            return changes;
        }
        // Taken after the heartbeat was begun: whatever had ended by then is told with it.
        known = database.snapshot();
        int tags = 0;
        Iterator<Map.Entry<Long, Tags>> entries = owed.entrySet().iterator();
        while (entries.hasNext() && tags < LATE_TAGS_MAX) {
            Map.Entry<Long, Tags> entry = entries.next();
            if (known.hasEnded(entry.getKey())) {
                tags += entry.getValue().size();
                changes.add(new Change(known.xmax(), entry.getValue()));
                writers.stamped(entry.getKey(), position);
                entries.remove();
            }
        }
        return changes;
    }

    private void gap(LogPosition position)
            throws SQLException, SessionEndedException, InterruptedException {
        writers.closed();
        owed.clear();
        database.withdrawAnnouncements();
        awaited = nextHeartbeat.getAsLong();
        append(position, new Content.Gap(awaited), false);
    }

    private void changed(LogPosition position, long xid, Tags tags)
            throws SQLException, SessionEndedException, InterruptedException {
        long stamp = xid;
        if (writers.isLate(xid)) {
            if (!known.hasEnded(xid)) {
                known = database.snapshot();
            }
            stamp = Math.max(xid, known.xmax());
            if (known.hasEnded(xid)) {
                writers.stamped(xid, position);
            } else {
                owed.put(xid, tags);
            }
        }
        append(position, new Content.Changed(new Change(stamp, tags)), false);
    }

    private void append(LogPosition position, Content content, boolean settled)
            throws SQLException, SessionEndedException, InterruptedException {
        LogRecord record = new LogRecord(position, predecessor, content);
        sink.append(record, settled);
        predecessor = position;
        tail = Optional.of(record);
    }
}

package dev.tidemark.simulation;

import dev.tidemark.common.log.AppendOutcome;
import dev.tidemark.common.log.Change;
import dev.tidemark.common.log.Completeness;
import dev.tidemark.common.log.LogOpened;
import dev.tidemark.common.log.LogPosition;
import dev.tidemark.common.log.LogRecord;
import dev.tidemark.common.log.LogRecord.Content;
import dev.tidemark.common.tag.Lsn;
import dev.tidemark.common.wire.DatabaseIdentity;
import dev.tidemark.simulation.Postgres.Commit;
import dev.tidemark.simulation.Postgres.Kind;
import dev.tidemark.simulation.Postgres.Snapshot;
import dev.tidemark.simulation.Postgres.Transaction;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One session of a reader of the slot. Whoever is replaced goes on as a zombie: it can decode no
 * more, but what it has decoded it still tries to append, and it still believes that it may
 * announce.
 */
final class Reader {

    private final World world;
    private final long id;
    private final Slot slot;
    private final Deque<LogRecord> outbox = new ArrayDeque<>();
    private final Map<Long, Long> heartbeatsBegunAt = new HashMap<>();
    private final Map<Long, Integer> firstSeenAt = new HashMap<>();
    private final Set<Long> announced = new HashSet<>();
    private final Set<Long> decoded = new HashSet<>();
    private final long takeoverXid;
    private final LogOpened opened;
    private final long generation;
    private Lsn decodedUpTo;
    private LogPosition last;
    private Optional<LogRecord> awaitedTail;
    private long sequence;
    private @Nullable Completeness complete;
    private long completeAt;
    private Lsn durable = Lsn.UNKNOWN;
    boolean dead;

    /** The replication slot: its position outlives its readers. */
    static final class Slot {
        Lsn confirmed;

        /** Transactions that were under way when it was made, and are waited for. */
        Set<Long> waitingFor;

        boolean ready;

        /** Of a snapshot taken when its making began: too low for a floor. */
        final long xmaxBefore;

        Slot(Set<Long> waitingFor, long xmaxBefore) {
            this.waitingFor = waitingFor;
            this.xmaxBefore = xmaxBefore;
            this.confirmed = Lsn.UNKNOWN;
        }
    }

    Reader(World world, long id, Slot slot) {
        this.world = world;
        this.id = id;
        this.slot = slot;
        Postgres database = world.database;
        Optional<Postgres.Incarnation> row = database.incarnation;
        this.opened = world.stream.open(world.now);
        Optional<LogRecord> tail = opened.tail();
        boolean continuable =
                row.isPresent()
                        && tail.isPresent()
                        && row.get().number() == world.generationNumber(tail.get())
                        && tail.get().position().lsn().compareTo(database.inserted()) <= 0
                        && tail.get().position().lsn().compareTo(slot.confirmed) >= 0;
        long number = continuable ? row.orElseThrow().number() : world.newIncarnation();
        Set<Long> kept = continuable ? row.orElseThrow().announced() : Set.of();
        database.incarnation = Optional.of(new Postgres.Incarnation(number, id, kept));
        this.takeoverXid = database.run(Kind.OTHER, "", world.now).xid;
        this.announced.addAll(kept);
        this.decodedUpTo = slot.confirmed;
        if (continuable) {
            this.generation = tail.orElseThrow().position().generation();
            this.last = tail.orElseThrow().position();
            boolean synthetic = tail.orElseThrow().content() instanceof Content.Generation;
            this.awaitedTail = synthetic ? Optional.empty() : tail;
            if (synthetic) {
                decodedUpTo = last.lsn();
            }
        } else {
            this.generation =
                    Math.max(world.now, tail.map(t -> t.position().generation() + 1).orElse(1L));
            this.awaitedTail = Optional.empty();
            this.last = tail.map(LogRecord::position).orElse(LogPosition.NONE);
            world.openedGeneration(generation, number);
            DatabaseIdentity identity = new DatabaseIdentity(1, 1, 1, number);
            put(slot.confirmed, new Content.Generation(identity, takeoverXid, 1));
            if (world.rule == Rule.FLOOR_IS_SNAPSHOT_XMAX) {
                put(
                        new Lsn(slot.confirmed.position() + 1),
                        new Content.Heartbeat(slot.xmaxBefore, 1, Instant.EPOCH));
            }
        }
    }

    private void put(Lsn lsn, Content content) {
        LogPosition position = new LogPosition(generation, lsn, opened.term());
        outbox.add(new LogRecord(position, last, content));
        last = position;
    }

    private boolean holdsSlot() {
        return !dead && world.slot == slot && world.holder == this;
    }

    /** Decodes the next commit, if one is there. */
    void decode() {
        if (!holdsSlot()) {
            return;
        }
        for (Commit commit : world.database.flushedAfter(decodedUpTo)) {
            decodedUpTo = commit.end();
            Transaction transaction = commit.transaction();
            decoded.add(transaction.xid);
            Optional<Content> content = content(transaction);
            if (content.isEmpty()) {
                continue;
            }
            if (awaitedTail.isPresent()) {
                skip(commit, content.get());
            } else if (!isForeign(content.get())) {
                put(commit.end(), stamped(transaction, content.get()));
            }
            return;
        }
    }

    /** Told before, by whoever wrote the tail; nothing is new until the tail itself has come. */
    private void skip(Commit commit, Content content) {
        LogRecord tail = awaitedTail.orElseThrow();
        int order = commit.end().compareTo(tail.position().lsn());
        if (order > 0 || (order == 0 && !isAlike(content, tail.content()))) {
            world.lostHistory(this);
            return;
        }
        if (order == 0) {
            awaitedTail = Optional.empty();
        }
    }

    /** Another session's heartbeat may have begun before a gap that it knew nothing of. */
    private static boolean isForeign(Content content) {
        return content instanceof Content.Heartbeat heartbeat && heartbeat.sequence() == 0;
    }

    private static boolean isAlike(Content again, Content told) {
        return switch (again) {
            case Content.Changed(Change change) ->
                    told instanceof Content.Changed(Change before)
                            && before.tags().equals(change.tags());
            case Content.Heartbeat heartbeat ->
                    told instanceof Content.Heartbeat before && before.xid() == heartbeat.xid();
            default -> false;
        };
    }

    private Optional<Content> content(Transaction transaction) {
        return switch (transaction.kind) {
            case WRITE ->
                    transaction.captured.isEmpty()
                            ? Optional.empty()
                            : Optional.of(
                                    new Content.Changed(
                                            new Change(
                                                    number(transaction),
                                                    World.changedTags(transaction.captured))));
            case UNFOLLOW ->
                    Optional.of(
                            new Content.Changed(new Change(number(transaction), World.TABLE_TAG)));
            case HEARTBEAT -> {
                String[] message = transaction.message.split(" ", -1);
                yield Optional.of(
                        new Content.Heartbeat(
                                number(transaction),
                                Long.parseLong(message[0]) == id ? Long.parseLong(message[1]) : 0,
                                Instant.EPOCH));
            }
            case PUBLISH, FOLLOW, OTHER -> Optional.empty();
        };
    }

    private long number(Transaction transaction) {
        return world.rule == Rule.LSN_AS_VERSION && transaction.end != null
                ? transaction.end.position()
                : transaction.xid;
    }

    /**
     * An announced writer is withdrawn first. Whoever read it as announced did so in an earlier
     * snapshot than the one taken then, and has a version of at most that one's xmax; whoever reads
     * later has one of at most the writer's own xid. What began before this session may have been
     * withdrawn by a reader that did not live to tell.
     */
    private Content stamped(Transaction transaction, Content content) {
        boolean late = announced.contains(transaction.xid) || transaction.xid < takeoverXid;
        if (!(content instanceof Content.Changed(Change change)) || !late) {
            return content;
        }
        withdraw(transaction.xid);
        if (world.rule == Rule.LONG_WRITER_STAMPED_WITH_OWN_XID) {
            return content;
        }
        long xmax = world.database.snapshot().xmax();
        return new Content.Changed(new Change(Math.max(xmax, change.stamp()), change.tags()));
    }

    private void withdraw(long xid) {
        announced.remove(xid);
        world.database.incarnation.ifPresent(row -> {
            if (row.reader() == id) {
                Set<Long> left = new HashSet<>(row.announced());
                left.remove(xid);
                world.database.incarnation =
                        Optional.of(new Postgres.Incarnation(row.number(), id, left));
                world.database.run(Kind.OTHER, "", world.now);
            }
        });
    }

    /** Looks for transactions that have been writing for long. */
    void announce() {
        Snapshot snapshot = world.database.snapshot();
        for (long xid : snapshot.running()) {
            int seen = firstSeenAt.merge(xid, 1, Integer::sum);
            boolean mayBe = xid > takeoverXid && !decoded.contains(xid) && seen > 2;
            Optional<Postgres.Incarnation> row = world.database.incarnation;
            if (mayBe && row.isPresent() && row.get().reader() == id && !dead) {
                announced.add(xid);
                Set<Long> more = new HashSet<>(row.get().announced());
                more.add(xid);
                world.database.incarnation =
                        Optional.of(new Postgres.Incarnation(row.get().number(), id, more));
                world.database.run(Kind.OTHER, "", world.now);
            }
        }
    }

    /** Begins a heartbeat; it commits when it pleases. */
    void beginHeartbeat() {
        if (dead || heartbeatsBegunAt.size() > 1) {
            return;
        }
        heartbeatsBegunAt.put(++sequence, world.now);
        world.database.begin(Kind.HEARTBEAT, false).message = id + " " + sequence;
    }

    /** Sends the next record; the answer may be lost, and then it is sent again. */
    void append(boolean answerIsLost) {
        LogRecord record = outbox.peek();
        if (record == null) {
            return;
        }
        AppendOutcome outcome = world.stream.append(record);
        if (answerIsLost) {
            return;
        }
        switch (outcome) {
            case AppendOutcome.Appended appended -> {
                outbox.remove();
                if (record.content() instanceof Content.Heartbeat heartbeat) {
                    Long begun = heartbeatsBegunAt.remove(heartbeat.sequence());
                    if (begun != null) {
                        complete = new Completeness(record.position(), Duration.ZERO);
                        completeAt = begun;
                    }
                }
                if (world.rule == Rule.TIME_FROM_KEEPALIVES) {
                    complete = new Completeness(record.position(), Duration.ZERO);
                    completeAt = world.now;
                }
                if (appended.durable().generation() == generation) {
                    durable = appended.durable().lsn();
                }
            }
            case AppendOutcome.Refused _ -> dead = true;
        }
    }

    /** "Caught up", as a keepalive says it: everything that was flushed has been sent. */
    private boolean isCaughtUp() {
        return outbox.isEmpty() && world.database.flushed().compareTo(decodedUpTo) <= 0;
    }

    Optional<Completeness> completeness() {
        if (world.rule == Rule.TIME_FROM_KEEPALIVES && complete != null && isCaughtUp()) {
            completeAt = world.now;
        }
        return Optional.ofNullable(complete)
                .map(known ->
                        new Completeness(known.position(), World.duration(world.now - completeAt)));
    }

    /** Tells PostgreSQL what need not be sent again. */
    void confirm() {
        if (!holdsSlot()) {
            return;
        }
        if (durable.compareTo(slot.confirmed) > 0) {
            slot.confirmed = durable;
        }
    }
}

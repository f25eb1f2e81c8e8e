package dev.tidemark.gateway.feed;

import dev.tidemark.common.log.Change;
import dev.tidemark.common.log.Completeness;
import dev.tidemark.common.log.LogPosition;
import dev.tidemark.common.log.LogRecord;
import dev.tidemark.common.log.LogRecord.Content;
import dev.tidemark.common.tag.Lsn;
import dev.tidemark.common.tag.Tags;
import dev.tidemark.common.wire.DatabaseIdentity;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * An invalidation log in memory, and those who follow it: at once, unless it is held up. A record's
 * LSN is one above the xid that it tells of.
 */
public final class FakeLog {

    private static final long TERM = 1;

    private final List<LogRecord> records = new ArrayList<>();
    private final List<Follower> followers = new ArrayList<>();
    private final List<Consumer<LogRecord>> listeners = new ArrayList<>();
    private long generation;
    private int told;
    private long sequence;
    private boolean heldUp;

    /** A log whose first heartbeat has this xid: its floor. */
    public FakeLog(DatabaseIdentity identity, long xid) {
        this(1, identity, xid);
    }

    public FakeLog(long generation, DatabaseIdentity identity, long xid) {
        this.generation = generation;
        append(xid, new Content.Generation(identity, xid, 1));
        heartbeat(xid + 1);
    }

    /** From now on this follower is told everything, from the beginning. */
    public synchronized void tell(Follower follower) {
        followers.add(follower);
        records.subList(0, told).forEach(follower::apply);
    }

    /** The same for others. */
    public synchronized void tell(Consumer<LogRecord> listener) {
        listeners.add(listener);
        records.subList(0, told).forEach(listener);
    }

    public synchronized void changed(Tags tags, long xid) {
        append(xid + 1, new Content.Changed(new Change(xid, tags)));
    }

    public synchronized void heartbeat(long xid) {
        append(xid + 1, new Content.Heartbeat(xid, ++sequence, Instant.EPOCH));
    }

    /** Something is missing from here on, until a heartbeat. */
    public synchronized void gap(long lsn) {
        append(lsn, new Content.Gap(sequence + 1));
    }

    private void append(long lsn, Content content) {
        records.add(
                new LogRecord(new LogPosition(generation, new Lsn(lsn), TERM), tail(), content));
        tellAll();
    }

    /** From now on the log tells of another history. */
    public synchronized void beginGeneration(DatabaseIdentity identity, long xid) {
        generation++;
        append(xid, new Content.Generation(identity, xid, sequence + 1));
        heartbeat(xid + 1);
    }

    /** Nobody is told anything until {@link #goOn()}. */
    public synchronized void holdUp() {
        heldUp = true;
    }

    public synchronized void goOn() {
        heldUp = false;
        tellAll();
    }

    private void tellAll() {
        while (!heldUp && told < records.size()) {
            LogRecord next = records.get(told++);
            followers.forEach(follower -> follower.apply(next));
            listeners.forEach(listener -> listener.accept(next));
        }
    }

    /** The followers hear that nothing else has happened by now. */
    public synchronized void isComplete(long nowNanos) {
        if (!heldUp) {
            Completeness complete = new Completeness(tail(), Duration.ZERO);
            followers.forEach(follower -> follower.answered(complete, nowNanos));
        }
    }

    public synchronized LogPosition tail() {
        return records.isEmpty() ? LogPosition.NONE : records.getLast().position();
    }

    public synchronized List<LogRecord> records() {
        return List.copyOf(records);
    }
}

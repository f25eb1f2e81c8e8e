package dev.tidemark.cache.invalidation;

import dev.tidemark.common.log.Advisory;
import dev.tidemark.common.log.Completeness;
import dev.tidemark.common.log.FeedFrame;
import dev.tidemark.common.log.FollowerState;
import dev.tidemark.common.log.LogCodec;
import dev.tidemark.common.log.LogFollower;
import dev.tidemark.common.log.LogFollower.Applied;
import dev.tidemark.common.log.LogPosition;
import dev.tidemark.common.log.LogRecord;
import dev.tidemark.common.log.StalenessBound;
import dev.tidemark.common.tag.TagClock;
import dev.tidemark.common.wire.Answer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * What this instance knows of the log: a follower, how far it may be behind, and the last records
 * as its own followers get them.
 *
 * <p>One thread applies records and restores; any number may ask. Invariants:
 *
 * <ul>
 *   <li><b>One step.</b> A record is in the follower and among the recent frames, or in neither: a
 *       snapshot and the number of the frame after it fit together.
 *   <li><b>Closed when in doubt.</b> From when the log turns out not to go on from where the
 *       follower is until it has been restored, it knows nothing, and nobody follows it.
 * </ul>
 */
public final class LogReplica {

    private final LogFollower follower;
    private final StalenessBound staleness = new StalenessBound();
    private final LongSupplier nanos;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final RecentFrames recent;

    private volatile boolean ready;
    private final AtomicLong recordsApplied = new AtomicLong();
    private long wakeups;
    private volatile LogPosition told = LogPosition.NONE;

    /**
     * @param slots of the tag clock
     * @param framesMax how many recent frames are kept, and of how many bytes
     * @param nanos a monotonic clock
     */
    LogReplica(int slots, int framesMax, long bytesMax, LongSupplier nanos) {
        this.follower = new LogFollower(slots);
        this.recent = new RecentFrames(framesMax, bytesMax);
        this.nanos = nanos;
    }

    /** Whether an entry may be served, as far as coherence goes. */
    public boolean isValid(Answer answer) {
        return follower.isValid(answer);
    }

    public boolean isOpen() {
        return follower.isOpen();
    }

    public FollowerState state() {
        return follower.copy().state();
    }

    /** Where the follower is, and how far behind the database at most. */
    public Completeness completeness() {
        LogPosition position = follower.position();
        return new Completeness(position, staleness.at(position, nanos.getAsLong()));
    }

    /**
     * Takes what upstream said of its own completeness.
     *
     * @param askedNanos this node's monotonic clock before it was asked
     */
    public void answered(Completeness upstream, long askedNanos) {
        told = upstream.position();
        staleness.answered(upstream, askedNanos);
    }

    /** WAL bytes between what upstream was last heard to have told and what was applied here. */
    double lagBytes() {
        LogPosition position = follower.position();
        LogPosition last = told;
        return last.generation() == position.generation() && last.isAfter(position)
                ? last.lsn().position() - position.lsn().position()
                : 0;
    }

    /** How many records this instance has applied since it started. */
    public long recordsApplied() {
        return recordsApplied.get();
    }

    /** Whether the end of the log has been reached once, so that others may follow. */
    public boolean isReady() {
        return ready;
    }

    void caughtUp() {
        if (!ready) {
            ready = true;
            wake();
        }
    }

    Applied apply(EncodedRecord encoded) {
        lock.lock();
        try {
            Applied applied = follower.apply(encoded.record());
            if (applied == Applied.APPLIED) {
                recent.add(
                        LogCodec.encodeFrame(encoded.bytes()),
                        Optional.of(encoded.record().position()));
                recordsApplied.incrementAndGet();
                changed.signalAll();
            }
            return applied;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Goes on over a record that cannot be true, as over one of an unknown kind: closed until a
     * floor. Who follows this instance is sent a snapshot, since it would refuse the record.
     */
    void passOver(LogRecord record) {
        lock.lock();
        try {
            LogRecord unknown =
                    new LogRecord(
                            record.position(),
                            record.predecessor(),
                            new LogRecord.Content.Unknown(0));
            if (follower.apply(unknown) == Applied.APPLIED) {
                recent.clear(record.position());
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    void restore(LogFollower.Copy copy) {
        lock.lock();
        try {
            // First: no answer may count for what the follower is no more.
            staleness.reset();
            follower.restore(copy);
            recent.clear(copy.state().position());
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Knows nothing, and waits for what comes after a place. */
    void restart(LogPosition after) {
        FollowerState initial = FollowerState.INITIAL;
        restore(
                new LogFollower.Copy(
                        new FollowerState(
                                after,
                                initial.identity(),
                                initial.floor(),
                                initial.xid(),
                                initial.awaited()),
                        new TagClock(2)));
    }

    /** Knows nothing and is followed by nobody until {@link #caughtUp()}. */
    void close() {
        ready = false;
        restart(LogPosition.NONE);
    }

    /** Applies it here, and sends it to all who follow this instance. */
    public void advise(Advisory advisory) {
        byte[] frame = LogCodec.encodeFrame(new FeedFrame.Advised(advisory));
        lock.lock();
        try {
            follower.advise(advisory);
            recent.add(frame, Optional.empty());
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** A copy of the follower, and the number of the first frame that it does not include. */
    public record Snapshot(LogFollower.Copy copy, long next) {}

    public Snapshot snapshot() {
        lock.lock();
        try {
            return new Snapshot(follower.copy(), recent.next());
        } finally {
            lock.unlock();
        }
    }

    /** The number of the first frame after a place; empty if a snapshot is needed. */
    public OptionalLong after(LogPosition position) {
        lock.lock();
        try {
            return recent.after(position);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Frames from a number on; empty if they are not here any more and a snapshot is needed. Waits
     * for a first one, but may come back without.
     */
    public Optional<List<byte[]>> frames(long number, int bytesMax, Duration patience)
            throws InterruptedException {
        lock.lock();
        try {
            await(() -> number != recent.next(), patience);
            return recent.has(number)
                    ? Optional.of(recent.from(number, bytesMax))
                    : Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until others may follow; false if that takes longer. */
    public boolean awaitReady(Duration patience) throws InterruptedException {
        lock.lock();
        try {
            await(() -> ready, patience);
            return ready;
        } finally {
            lock.unlock();
        }
    }

    private void await(BooleanSupplier condition, Duration patience) throws InterruptedException {
        long before = wakeups;
        long left = patience.toNanos();
        while (left > 0 && wakeups == before && !condition.getAsBoolean()) {
            left = changed.awaitNanos(left);
        }
    }

    /** Sends all who wait back. */
    public void wake() {
        lock.lock();
        try {
            wakeups++;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}

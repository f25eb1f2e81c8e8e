package dev.tidemark.common.log;

import dev.tidemark.common.log.LogRecord.Content;
import dev.tidemark.common.tag.TagClock;
import dev.tidemark.common.wire.Answer;
import dev.tidemark.common.wire.DatabaseIdentity;
import java.util.Optional;

/**
 * What a node knows of the database's changes, from the invalidation log: whether an entry may be
 * served. The same class in every layer.
 *
 * <p>An entry that is followed is valid if and only if the follower is <em>open</em>, the entry is
 * of the history that the log tells of, its version is above the floor, and above every stamp of
 * its tags. Invariants:
 *
 * <ul>
 *   <li><b>Chain.</b> A record is applied only after its predecessor, so the position never passes
 *       over a record that was lost.
 *   <li><b>Closed until the floor.</b> After a gap or in a new generation nothing is valid until a
 *       heartbeat that was begun later. Any lower number would be too low: a transaction that was
 *       never told may have a higher xid than all that were.
 *   <li><b>Clock before position.</b> A change is in the clock before the position says so; a copy
 *       that takes the position first misses nothing.
 * </ul>
 *
 * <p>One thread applies records; any number may ask. A follower that stands still is no danger: it
 * vouches for a moment that {@link StalenessBound} says is ever longer ago.
 */
public final class LogFollower {

    /**
     * How far a stamp may be ahead of the last heartbeat's xid. PostgreSQL cannot have assigned
     * more between two xids that are both in use; one corrupt record must not poison its slots for
     * ever.
     */
    public static final long STAMP_AHEAD_MAX = 1L << 31;

    private record Current(FollowerState state, TagClock clock) {}

    private final int slots;
    private volatile Current current;

    /**
     * @param slots the size of the tag clock, as {@link TagClock#TagClock} takes it
     */
    public LogFollower(int slots) {
        this.slots = slots;
        this.current = new Current(FollowerState.INITIAL, new TagClock(slots));
    }

    /** What became of a record. */
    public enum Applied {
        APPLIED,
        /** It had been applied before. */
        REPEATED,
        /**
         * It does not follow what was applied last, or cannot be true: something is missing, or was
         * told in two ways. The follower stays where it is; it needs a snapshot, or the records
         * between.
         */
        REFUSED
    }

    /** Applies the next record. */
    public Applied apply(LogRecord record) {
        Current now = current;
        FollowerState state = now.state();
        if (!record.position().isAfter(state.position())) {
            return record.position().equals(state.position())
                            || state.position().isAfter(record.position())
                    ? Applied.REPEATED
                    : Applied.REFUSED;
        }
        if (!record.predecessor().equals(state.position())) {
            return Applied.REFUSED;
        }
        Optional<Current> next = next(now, record);
        next.ifPresent(applied -> current = applied);
        return next.isPresent() ? Applied.APPLIED : Applied.REFUSED;
    }

    private Optional<Current> next(Current now, LogRecord record) {
        FollowerState state = now.state();
        LogPosition position = record.position();
        return switch (record.content()) {
            case Content.Changed(Change change) -> {
                if (isImpossible(change.stamp(), state)) {
                    yield Optional.empty();
                }
                now.clock().invalidate(change.tags(), change.stamp());
                yield Optional.of(at(now, position, state.xid(), state.awaited()));
            }
            case Content.Heartbeat heartbeat -> applied(now, position, heartbeat);
            case Content.Gap(long fromSequence) -> Optional.of(closed(now, position, fromSequence));
            case Content.Unknown _ -> Optional.of(closed(now, position, Long.MAX_VALUE));
            case Content.Generation generation ->
                    Optional.of(
                            new Current(
                                    new FollowerState(
                                            position,
                                            generation.identity(),
                                            0,
                                            generation.xid(),
                                            Optional.of(
                                                    new FollowerState.Awaited(
                                                            position.term(),
                                                            generation.fromSequence()))),
                                    new TagClock(slots)));
        };
    }

    private static Optional<Current> applied(
            Current now, LogPosition position, Content.Heartbeat heartbeat) {
        FollowerState state = now.state();
        if (isImpossible(heartbeat.xid(), state)) {
            return Optional.empty();
        }
        Optional<FollowerState.Awaited> awaited = state.awaited();
        if (awaited.isPresent() && awaited.get().isMetBy(position.term(), heartbeat.sequence())) {
            now.clock().raiseFloor(heartbeat.xid());
            awaited = Optional.empty();
        }
        return Optional.of(at(now, position, Math.max(state.xid(), heartbeat.xid()), awaited));
    }

    private static Current at(
            Current now, LogPosition position, long xid, Optional<FollowerState.Awaited> awaited) {
        return new Current(
                new FollowerState(
                        position, now.state().identity(), now.clock().floor(), xid, awaited),
                now.clock());
    }

    private static Current closed(Current now, LogPosition position, long fromSequence) {
        return at(
                now,
                position,
                now.state().xid(),
                Optional.of(new FollowerState.Awaited(position.term(), fromSequence)));
    }

    private static boolean isImpossible(long xid, FollowerState state) {
        return xid < 0 || xid - state.xid() > STAMP_AHEAD_MAX;
    }

    /** Sets the clock ahead of the log, if the write is of the history that the log tells of. */
    public void advise(Advisory advisory) {
        Current now = current;
        Change change = advisory.change();
        if (advisory.identity().equals(now.state().identity())
                && !isImpossible(change.stamp(), now.state())) {
            now.clock().invalidate(change.tags(), change.stamp());
        }
    }

    /**
     * Whether an entry may be served, as far as coherence goes. One that is not followed is valid
     * unless a change is known that it may not have seen: the rest is a matter of its age.
     */
    public boolean isValid(Answer answer) {
        Current now = current;
        FollowerState state = now.state();
        // Before its first generation the log tells of no history, not of the one without a name.
        boolean ours =
                answer.identity().equals(state.identity())
                        && !answer.identity().equals(DatabaseIdentity.UNKNOWN);
        if (!answer.followed()) {
            return !ours || now.clock().isUntouched(answer.version(), answer.tags());
        }
        return ours
                && state.awaited().isEmpty()
                && now.clock().isValid(answer.version(), answer.tags());
    }

    /** Whether anything that is followed can be valid at all. */
    public boolean isOpen() {
        return current.state().awaited().isEmpty();
    }

    public LogPosition position() {
        return current.state().position();
    }

    public DatabaseIdentity identity() {
        return current.state().identity();
    }

    /** The state, and the live clock, which by the time it is copied may know more. */
    public Copy copy() {
        Current now = current;
        return new Copy(now.state(), now.clock());
    }

    /** A state and a clock that knows at least everything up to it. */
    public record Copy(FollowerState state, TagClock clock) {}

    /** Goes on from a copy of another follower, whatever this one knew. */
    public void restore(Copy copy) {
        TagClock clock = new TagClock(slots);
        for (int slot = 0; slot < copy.clock().slots(); slot++) {
            long stamp = copy.clock().stamp(slot);
            if (stamp != 0) {
                clock.adopt(slot, copy.clock().slots(), stamp);
            }
        }
        clock.raiseFloor(copy.state().floor());
        current = new Current(copy.state(), clock);
    }
}

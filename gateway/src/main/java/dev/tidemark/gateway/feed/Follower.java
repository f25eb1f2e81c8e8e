package dev.tidemark.gateway.feed;

import dev.tidemark.common.log.Advisory;
import dev.tidemark.common.log.Completeness;
import dev.tidemark.common.log.FollowerState;
import dev.tidemark.common.log.LogFollower;
import dev.tidemark.common.log.LogFollower.Applied;
import dev.tidemark.common.log.LogPosition;
import dev.tidemark.common.log.LogRecord;
import dev.tidemark.common.log.StalenessBound;
import dev.tidemark.common.tag.Lsn;
import dev.tidemark.common.tag.TagClock;
import dev.tidemark.common.wire.Answer;
import dev.tidemark.common.wire.DatabaseIdentity;
import dev.tidemark.gateway.session.Session;
import dev.tidemark.gateway.time.MonotonicClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * What this node knows of the database's changes, and how long ago it knew them all.
 *
 * <p>One thread feeds it; any number may ask, without locks. Invariants:
 *
 * <ul>
 *   <li><b>As of before the clock.</b> Whoever judges an answer takes the moment as of which all
 *       was known first, and the clock after; a change that comes between makes the answer invalid
 *       rather than its staleness a lie.
 *   <li><b>Never back, unless refused.</b> A snapshot from before this node's position is of a
 *       cache-service that lags: it is left aside, and what comes after it is repeated until it has
 *       caught up. Only where the chain was broken does such a snapshot count, and then nothing is
 *       known of its staleness, and no stamp is forgotten.
 * </ul>
 */
public final class Follower {

    /** What {@link #stalenessNanos} says of an answer that is not valid. */
    public static final long INVALID = -1;

    /** Everything was known as of then, on this node's clock. */
    private record AsOf(long nanos) {}

    private final LogFollower log;
    private final StalenessBound bound = new StalenessBound();
    private final int slots;
    private final Duration stalenessMax;
    private final MonotonicClock clock;
    private final Arrivals arrivals;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private volatile @Nullable AsOf asOf;

    /**
     * @param slots the size of the tag clock
     * @param stalenessMax beyond it, nothing that is followed is usable
     * @param scheduler where those go on who awaited something
     */
    public Follower(int slots, Duration stalenessMax, MonotonicClock clock, Scheduler scheduler) {
        this.log = new LogFollower(slots);
        this.slots = slots;
        this.stalenessMax = stalenessMax;
        this.clock = clock;
        this.arrivals = new Arrivals(scheduler);
    }

    /**
     * How stale an answer can be at most if it is served now; {@link #INVALID} if a change is known
     * that it has not seen, or nothing is known that says otherwise.
     *
     * <p>Never more than its age, whoever vouches for it, if that was measured all the way: a fill
     * that a failing Redis held up for seconds is that much older than it says. For an answer that
     * is not followed it is its age.
     *
     * @param bornNanos when the origin was asked
     * @param fetchedHere whether this machine asked
     */
    public long stalenessNanos(Answer answer, long bornNanos, boolean fetchedHere) {
        AsOf before = asOf;
        if (!log.isValid(answer)) {
            return INVALID;
        }
        AsOf after = asOf;
        long now = clock.nanos();
        long age = Math.max(0, now - bornNanos);
        if (!answer.followed()) {
            return age;
        }
        if (before == null || after == null) {
            return fetchedHere ? age : Long.MAX_VALUE;
        }
        // Both, as a snapshot may have come between.
        long known = Math.max(now - before.nanos(), now - after.nanos());
        return fetchedHere ? Math.min(age, Math.max(0, known)) : Math.max(0, known);
    }

    /**
     * Whether no change is known that the answer has not seen, and nothing can have been missed.
     */
    public boolean isValid(Answer answer) {
        return log.isValid(answer);
    }

    /** Whether that is too stale for an answer that is followed. */
    public boolean isBeyondBound(long stalenessNanos) {
        return stalenessNanos > stalenessMax.toNanos();
    }

    /** How stale this node is itself; {@link Completeness#UNKNOWN} while nothing is known. */
    public Duration staleness() {
        AsOf known = asOf;
        return known == null
                ? Completeness.UNKNOWN
                : Duration.ofNanos(Math.max(0, clock.nanos() - known.nanos()));
    }

    /** Whether this node knows all that the session has seen. */
    public boolean knows(Session session) {
        if (session.isEmpty()) {
            return true;
        }
        FollowerState state = log.copy().state();
        return session.isKnownTo(state.identity(), state.position().lsn());
    }

    /**
     * Waits until this node knows all that the session has seen. False if it does not within this
     * time, and at once if it never will, as it follows another history.
     *
     * @param hurry is called as the waiting begins
     */
    public Mono<Boolean> awaits(Session session, Duration wait, Runnable hurry) {
        return Mono.defer(() -> {
            if (!session.isOf(identity())) {
                return Mono.just(false);
            }
            hurry.run();
            Lsn greatest = session.lsns().stream().max(Lsn::compareTo).orElse(Lsn.UNKNOWN);
            return arrivals.await(greatest, wait, () -> knows(session));
        });
    }

    /** What this node's clock says of an answer, whether that makes it valid or not. */
    public ClockReading reading(Answer answer) {
        LogFollower.Copy now = log.copy();
        List<ClockReading.Slot> slots = new ArrayList<>();
        for (int i = 0; i < answer.tags().size(); i++) {
            long hash = answer.tags().hash(i);
            int slot = now.clock().slotOf(hash);
            slots.add(new ClockReading.Slot(hash, slot, now.clock().stamp(slot)));
        }
        return new ClockReading(
                now.state().position(), now.state().floor(), now.state().xid(), slots);
    }

    /**
     * Has something run after whatever may make answers invalid, in the thread that feeds: it must
     * be quick.
     */
    public void whenChanged(Runnable listener) {
        listeners.add(listener);
    }

    public boolean isOpen() {
        return log.isOpen();
    }

    public LogPosition position() {
        return log.position();
    }

    public DatabaseIdentity identity() {
        return log.identity();
    }

    /** Sets the clock ahead of the log. */
    public void advise(Advisory advisory) {
        log.advise(advisory);
        listeners.forEach(Runnable::run);
    }

    /** Applies the next record of the log. */
    public Applied apply(LogRecord record) {
        DatabaseIdentity before = log.identity();
        Applied applied = log.apply(record);
        if (applied == Applied.APPLIED) {
            if (!log.identity().equals(before)) {
                forget();
            }
            arrived();
        }
        return applied;
    }

    /**
     * Goes on from a snapshot.
     *
     * @param refused whether the log before it is known not to be what this node has applied
     */
    void restore(FollowerState state, TagClock snapshot, boolean refused) {
        LogFollower.Copy own = log.copy();
        boolean back = own.state().position().isAfter(state.position());
        if (back && !refused) {
            return;
        }
        if (own.state().identity().equals(state.identity())) {
            for (int slot = 0; slot < slots; slot++) {
                snapshot.adopt(slot, slots, own.clock().stamp(slot));
            }
        }
        synchronized (this) {
            // Nobody looks at the bound of the old position in between.
            if (refused || own.state().position().generation() != state.position().generation()) {
                forget();
            }
            log.restore(new LogFollower.Copy(state, snapshot));
        }
        arrived();
    }

    /** A clock for the slots of a snapshot. */
    TagClock newClock() {
        return new TagClock(slots);
    }

    /**
     * Takes what upstream says of its own staleness.
     *
     * @param askedNanos this node's clock before it asked
     */
    void answered(Completeness answer, long askedNanos) {
        bound.answered(answer, askedNanos);
        lookAtBound();
    }

    private void arrived() {
        lookAtBound();
        arrivals.arrived(log.position().lsn());
        listeners.forEach(Runnable::run);
    }

    private synchronized void lookAtBound() {
        long now = clock.nanos();
        Duration staleness = bound.at(log.position(), now);
        if (!staleness.equals(Completeness.UNKNOWN)) {
            asOf = new AsOf(now - staleness.toNanos());
        }
    }

    private synchronized void forget() {
        bound.reset();
        asOf = null;
    }
}

package dev.tidemark.retrieval.database;

import com.netflix.concurrency.limits.Limit;
import dev.tidemark.common.problem.Problem;
import dev.tidemark.common.problem.ProblemType;
import dev.tidemark.retrieval.problem.ProblemException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * A bulkhead: so many statements of one kind at once, so many more that wait, for so long, and
 * everyone else is told to come back. Each lane has its own connections in the pool, so lists can
 * never starve reads of one row.
 *
 * <p>How many run at once follows a {@link Limit}, which learns from how long they take, below the
 * lane's own bound. Who would wait for longer than allowed, as far as can be told from those ahead,
 * is refused at once rather than after the wait. So is who asks for a relation that is locked and
 * not to be tried now.
 */
public final class Lane {

    /** Of its permits, so many may be waiting for locks at once: one in four. */
    private static final int TRYING_PART = 4;

    /** From a row by its key to what only the longest timeout lets go on. */
    private static final Duration[] DURATIONS = {
        Duration.ofMillis(1),
        Duration.ofMillis(5),
        Duration.ofMillis(25),
        Duration.ofMillis(100),
        Duration.ofMillis(500),
        Duration.ofSeconds(2)
    };

    private final String name;
    private final LanesProperties.Bounds bounds;
    private final AdaptivePermits permits;
    private final ServiceTime serviceTime = new ServiceTime();
    private final LockedRelations lockedRelations;
    private final AtomicInteger waiting = new AtomicInteger();
    private final LongSupplier nanos;
    private final Counter rejected;
    private final Timer durations;

    /**
     * @param server whom its statements reach
     * @param limit never above the bound of permits
     */
    Lane(
            String name,
            String server,
            LanesProperties.Bounds bounds,
            Limit limit,
            MeterRegistry meters) {
        this(name, server, bounds, limit, System::nanoTime, meters);
    }

    /**
     * @param nanos a monotonic clock, by which statements are measured
     */
    Lane(
            String name,
            String server,
            LanesProperties.Bounds bounds,
            Limit limit,
            LongSupplier nanos,
            MeterRegistry meters) {
        this.name = name;
        this.bounds = bounds;
        this.nanos = nanos;
        permits = new AdaptivePermits(limit);
        lockedRelations = new LockedRelations(Math.max(1, bounds.permits() / TRYING_PART), nanos);
        Tags tags = Tags.of("lane", name, "server", server);
        Gauge.builder("tidemark.lanes.permits", permits, AdaptivePermits::limit)
                .description("Statements that may run at once, as load allows now")
                .tags(tags)
                .register(meters);
        Gauge.builder("tidemark.lanes.active", permits, AdaptivePermits::taken)
                .description("Statements that run")
                .tags(tags)
                .register(meters);
        Gauge.builder("tidemark.lanes.waiting", waiting, AtomicInteger::get)
                .description("Statements that wait for their turn")
                .tags(tags)
                .register(meters);
        Gauge.builder("tidemark.lanes.locked", lockedRelations, LockedRelations::count)
                .description("Relations that are only tried now and then, since they are locked")
                .tags(tags)
                .register(meters);
        rejected =
                Counter.builder("tidemark.lanes.rejected")
                        .description("Statements that were told to come back")
                        .tags(tags)
                        .register(meters);
        durations =
                Timer.builder("tidemark.statements.duration")
                        .description("How long statements hold their place, time in line excluded")
                        .tags(tags)
                        .serviceLevelObjectives(DURATIONS)
                        .register(meters);
    }

    /** The right to run one statement, until it is closed; closing again does nothing. */
    public final class Permit implements AutoCloseable {

        private final AtomicBoolean open = new AtomicBoolean(true);
        private final long beganNanos = nanos.getAsLong();
        private final int running = permits.taken();
        private final Optional<String> relation;
        private volatile Outcome outcome = Outcome.DONE;

        private Permit(Optional<String> relation) {
            this.relation = relation;
        }

        /** The statement came to nothing for a reason that tells neither of load nor of locks. */
        public void failed() {
            outcome = Outcome.FAILED;
        }

        /** The statement came to nothing because the database has too much to do. */
        public void overloaded() {
            outcome = Outcome.OVERLOADED;
        }

        /** The statement waited in vain for somebody's lock, which tells nothing of the load. */
        public void locked() {
            outcome = Outcome.LOCKED;
        }

        @Override
        public void close() {
            if (!open.compareAndSet(true, false)) {
                return;
            }
            long took = nanos.getAsLong() - beganNanos;
            durations.record(took, TimeUnit.NANOSECONDS);
            switch (outcome) {
                case DONE -> relation.ifPresent(lockedRelations::passed);
                case FAILED, OVERLOADED -> relation.ifPresent(lockedRelations::gaveUp);
                case LOCKED -> relation.ifPresent(lockedRelations::locked);
            }
            if (outcome == Outcome.LOCKED) {
                permits.giveBack();
                return;
            }
            serviceTime.add(took);
            permits.giveBack(beganNanos, took, running, outcome == Outcome.OVERLOADED);
        }
    }

    private enum Outcome {
        DONE,
        FAILED,
        OVERLOADED,
        LOCKED
    }

    /** How long a statement in this lane may take. */
    public Duration timeout() {
        return bounds.timeout();
    }

    /**
     * Waits for a permit, within this lane's bounds and the reader's deadline.
     *
     * @throws ProblemException 503 if the lane is full
     */
    public Permit enter(Deadline deadline) {
        return enter(Optional.empty(), deadline);
    }

    /**
     * The same for a statement that reads a relation.
     *
     * @throws ProblemException 503 if the lane is full, or the relation locked
     */
    public Permit enter(String relation, Deadline deadline) {
        return unlessLocked(relation, enter(Optional.of(relation), deadline));
    }

    /**
     * The same where nobody has to wait; empty otherwise.
     *
     * @throws ProblemException 503 if the relation is locked
     */
    public Optional<Permit> tryEnter(String relation) {
        return waiting.get() == 0 && permits.tryTake()
                ? Optional.of(unlessLocked(relation, new Permit(Optional.of(relation))))
                : Optional.empty();
    }

    private Permit unlessLocked(String relation, Permit permit) {
        // Only now: many may have waited for their turn while it was found out.
        if (lockedRelations.mayTry(relation)) {
            return permit;
        }
        permits.giveBack();
        rejected.increment();
        throw new ProblemException(
                Problem.of(
                                ProblemType.OVERLOADED,
                                relation + " is locked by another session of the database")
                        .withHint("try again after a moment")
                        .withCode("55P03"));
    }

    private Permit enter(Optional<String> relation, Deadline deadline) {
        if (permits.tryTake() || await(deadline)) {
            return new Permit(relation);
        }
        rejected.increment();
        throw ProblemException.of(
                ProblemType.OVERLOADED,
                "too many " + name + " are under way at once",
                "try again after a moment");
    }

    private boolean await(Deadline deadline) {
        int ahead = waiting.getAndIncrement();
        try {
            long left = deadline.within(bounds.queueTimeout()).left().toNanos();
            return ahead < bounds.queue()
                    && serviceTime.nanosFor(ahead + 1, permits.limit()) <= left
                    && permits.tryTake(left, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            waiting.decrementAndGet();
        }
    }
}

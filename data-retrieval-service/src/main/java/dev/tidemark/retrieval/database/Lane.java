package dev.tidemark.retrieval.database;

import dev.tidemark.common.problem.ProblemType;
import dev.tidemark.retrieval.problem.ProblemException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A bulkhead: so many statements of one kind at once, so many more that wait, for so long, and
 * everyone else is told to come back. Each lane has its own connections in the pool, so lists can
 * never starve reads of one row.
 */
public final class Lane {

    private final String name;
    private final LanesProperties.Bounds bounds;
    private final Semaphore permits;
    private final AtomicInteger waiting = new AtomicInteger();
    private final Counter rejected;

    /**
     * @param server whom its statements reach
     */
    Lane(String name, String server, LanesProperties.Bounds bounds, MeterRegistry meters) {
        this.name = name;
        this.bounds = bounds;
        Tags tags = Tags.of("lane", name, "server", server);
        permits = new Semaphore(bounds.permits(), true);
        Gauge.builder("tidemark.lanes.permits", bounds, LanesProperties.Bounds::permits)
                .tags(tags)
                .register(meters);
        Gauge.builder(
                        "tidemark.lanes.active",
                        permits,
                        p -> bounds.permits() - p.availablePermits())
                .tags(tags)
                .register(meters);
        Gauge.builder("tidemark.lanes.waiting", waiting, AtomicInteger::get)
                .tags(tags)
                .register(meters);
        rejected = Counter.builder("tidemark.lanes.rejected").tags(tags).register(meters);
    }

    /** The right to run one statement, until it is closed; closing again does nothing. */
    public static final class Permit implements AutoCloseable {

        private final Semaphore permits;
        private final AtomicBoolean open = new AtomicBoolean(true);

        private Permit(Semaphore permits) {
            this.permits = permits;
        }

        @Override
        public void close() {
            if (open.compareAndSet(true, false)) {
                permits.release();
            }
        }
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
        if (permits.tryAcquire() || await(deadline)) {
            return new Permit(permits);
        }
        rejected.increment();
        throw ProblemException.of(
                ProblemType.OVERLOADED,
                "too many " + name + " are under way at once",
                "try again after a moment");
    }

    private boolean await(Deadline deadline) {
        if (waiting.incrementAndGet() > bounds.queue()) {
            waiting.decrementAndGet();
            return false;
        }
        try {
            return permits.tryAcquire(
                    deadline.within(bounds.queueTimeout()).left().toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            waiting.decrementAndGet();
        }
    }
}

package dev.tidemark.retrieval.database;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How long statements take, as an exponentially weighted moving average. A sample that is lost to
 * another thread's at the same moment does not matter.
 */
final class ServiceTime {

    /** A new sample counts one in so many. */
    private static final int WEIGHT = 16;

    /** The first ones tell of a JVM that has just started, not of the database. */
    private static final int WARM_UP = 64;

    private final AtomicLong averageNanos = new AtomicLong();
    private final AtomicInteger warmUp = new AtomicInteger();

    void add(long nanos) {
        if (warmUp.get() < WARM_UP) {
            warmUp.incrementAndGet();
            return;
        }
        long before = averageNanos.get();
        long after = before == 0 ? nanos : before + (nanos - before) / WEIGHT;
        averageNanos.compareAndSet(before, after);
    }

    /**
     * How long it is until so many have had their turn; 0 while nothing is known.
     *
     * @param atOnce how many run at once, positive
     */
    long nanosFor(int statements, int atOnce) {
        return averageNanos.get() * statements / atOnce;
    }
}

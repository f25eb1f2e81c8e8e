package dev.tidemark.retrieval.database;

import com.netflix.concurrency.limits.Limit;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** So many permits as a limit says at the moment, first come, first served. */
final class AdaptivePermits {

    private final Limit limit;
    private final Shrinkable semaphore;
    private volatile int permits;

    AdaptivePermits(Limit limit) {
        this.limit = limit;
        this.permits = limit.getLimit();
        this.semaphore = new Shrinkable(permits);
        limit.notifyOnChange(this::resize);
    }

    private synchronized void resize(int now) {
        int more = Math.max(1, now) - permits;
        permits += more;
        if (more > 0) {
            semaphore.release(more);
        } else {
            semaphore.shrink(-more);
        }
    }

    boolean tryTake() {
        return semaphore.tryAcquire();
    }

    boolean tryTake(long timeout, TimeUnit unit) throws InterruptedException {
        return semaphore.tryAcquire(timeout, unit);
    }

    /**
     * Takes a permit back, and learns from what was done with it.
     *
     * @param running how many were taken when it was
     * @param overloaded whether it came to nothing because there was too much to do
     */
    void giveBack(long beganNanos, long tookNanos, int running, boolean overloaded) {
        semaphore.release();
        limit.onSample(beganNanos, tookNanos, running, overloaded);
    }

    /** Takes a permit back that there is nothing to learn from. */
    void giveBack() {
        semaphore.release();
    }

    int limit() {
        return permits;
    }

    int taken() {
        return permits - semaphore.availablePermits();
    }

    private static final class Shrinkable extends Semaphore {

        private static final long serialVersionUID = 1;

        Shrinkable(int permits) {
            super(permits, true);
        }

        /** Those that are taken are missing until they are given back. */
        void shrink(int by) {
            reducePermits(by);
        }
    }
}

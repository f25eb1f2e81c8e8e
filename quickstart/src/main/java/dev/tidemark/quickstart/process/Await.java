package dev.tidemark.quickstart.process;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Waits for something that another process does and does not announce, by asking again until a
 * deadline.
 */
public final class Await {
    private static final Duration PAUSE = Duration.ofMillis(10);

    private Await() {}

    /** Returns whether the condition became true in time. It is asked at least once. */
    public static boolean until(Duration atMost, BooleanSupplier condition) {
        return until(atMost, PAUSE, condition);
    }

    /** The same, with so long between two questions: not each is cheap. */
    public static boolean until(Duration atMost, Duration pause, BooleanSupplier condition) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - start >= atMost.toNanos()) {
                return false;
            }
            LockSupport.parkNanos(pause.toNanos());
            if (Thread.interrupted()) {
                Thread.currentThread().interrupt();
                return condition.getAsBoolean();
            }
        }
        return true;
    }
}

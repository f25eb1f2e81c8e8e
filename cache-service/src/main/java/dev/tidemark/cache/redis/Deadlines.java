package dev.tidemark.cache.redis;

import io.netty.util.HashedWheelTimer;
import io.netty.util.Timeout;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Ends what takes too long, some milliseconds late at most.
 *
 * <p>Lettuce's own timeout begins when a command is written, too late for one whose node is still
 * being connected to, and is the same for all. {@link CompletableFuture#orTimeout} wakes its timer
 * thread for every look-up, which costs more than all else that is done for it here; a wheel only
 * ticks.
 */
final class Deadlines implements AutoCloseable {

    private static final Duration TICK = Duration.ofMillis(5);

    private final HashedWheelTimer wheel =
            new HashedWheelTimer(
                    new DefaultThreadFactory("deadlines", true),
                    TICK.toMillis(),
                    TimeUnit.MILLISECONDS);

    /** Completes the future with the outcome if it is not complete by then. */
    <T> CompletableFuture<T> orElse(CompletableFuture<T> future, Duration time, T outcome) {
        Timeout timeout =
                wheel.newTimeout(
                        _ -> future.complete(outcome), time.toNanos(), TimeUnit.NANOSECONDS);
        return future.whenComplete((_, _) -> timeout.cancel());
    }

    @Override
    public void close() {
        wheel.stop();
    }
}

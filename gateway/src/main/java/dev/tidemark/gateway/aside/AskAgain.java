package dev.tidemark.gateway.aside;

import java.time.Duration;
import java.util.function.DoubleSupplier;

/**
 * When to ask the shared cache again while another gateway fetches: after 2, 4, 8 … 50 ms, with
 * jitter, so that many who wait for one lease do not ask in step.
 *
 * @param random from 0 to 1
 */
record AskAgain(DoubleSupplier random) {

    private static final int FIRST_MILLIS = 2;
    private static final int LAST_MILLIS = 50;

    /** From half of the step to the whole of it. */
    Duration pause(int attempt) {
        long step = Math.min(LAST_MILLIS, (long) FIRST_MILLIS << Math.min(attempt, 10));
        return Duration.ofNanos((long) (step * 1e6 * (0.5 + random.getAsDouble() / 2)));
    }
}

package dev.tidemark.common.hot;

import java.time.Duration;

/**
 * What counts as hot.
 *
 * @param rate so often a second
 * @param keysMax so many keys at once, the most wanted of them; 0 for none
 * @param keep for so long after a window in which it was
 */
public record HotLimits(int rate, int keysMax, Duration keep) {

    public HotLimits {
        require(rate >= 1, "rate must be at least 1");
        require(keysMax >= 0 && keysMax <= 10_000, "keys-max must be from 0 to 10000");
        require(
                keep.compareTo(HotKeys.WINDOW) >= 0,
                "keep must be at least " + HotKeys.WINDOW.toMillis() + " ms");
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException("tidemark.hot." + message);
        }
    }
}

package dev.tidemark.gateway.aside;

import dev.tidemark.gateway.near.Entry;
import java.util.function.DoubleSupplier;

/**
 * Whether a hit should have its entry fetched again before its soft TTL. Each draws for itself, and
 * the closer the end and the dearer the fetch, the likelier it is: then one of the many readers of
 * a hot key fetches in time, and hardly ever two (XFetch: Vattani, Chierichetti and Lowenstein,
 * "Optimal Probabilistic Cache Stampede Prevention", VLDB 2015).
 *
 * @param beta above 1 for earlier, 0 for never
 * @param random from 0, included, to 1, excluded
 */
record EarlyRefresh(double beta, DoubleSupplier random) {

    /** No double below 1 has a complement whose logarithm is further from 0: 2^-53. */
    private static final double LOG_MAX = 37;

    boolean isDue(Entry entry, long nowNanos) {
        double unit = beta * entry.answer().fetchTime().toNanos();
        long left = entry.softTtlLeft(nowNanos).toNanos();
        // Nearly all hits end here, without a draw.
        return left < LOG_MAX * unit && left <= -Math.log(1 - random.getAsDouble()) * unit;
    }
}

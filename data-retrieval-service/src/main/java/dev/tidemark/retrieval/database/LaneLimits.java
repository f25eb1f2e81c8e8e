package dev.tidemark.retrieval.database;

import com.netflix.concurrency.limits.Limit;
import com.netflix.concurrency.limits.limit.AIMDLimit;
import com.netflix.concurrency.limits.limit.FixedLimit;
import com.netflix.concurrency.limits.limit.Gradient2Limit;
import com.netflix.concurrency.limits.limit.WindowedLimit;
import java.util.concurrent.TimeUnit;

/** How many statements a lane lets run at once, as the database is seen to bear it. */
final class LaneLimits {

    /** Below a quarter of what it may, no lane goes: what is slow then is not helped by less. */
    private static final int LEAST_PART = 4;

    private static final double LATENCY_TOLERANCE = 2;

    private LaneLimits() {}

    /**
     * For statements that cost about the same: fewer as soon as they take more than twice as long
     * as they used to, since then they queue in the database (Netflix's Gradient2).
     */
    static Limit byLatency(LanesProperties.Bounds bounds) {
        return WindowedLimit.newBuilder()
                .minWindowTime(100, TimeUnit.MILLISECONDS)
                .maxWindowTime(1, TimeUnit.SECONDS)
                .build(
                        Gradient2Limit.newBuilder()
                                .initialLimit(bounds.permits())
                                .minLimit(least(bounds))
                                .maxConcurrency(bounds.permits())
                                .queueSize(2)
                                .rttTolerance(LATENCY_TOLERANCE)
                                .build());
    }

    /**
     * For statements of any cost: fewer with each that runs out of time or is refused for want of
     * means, one more for each that is not while all are in use (AIMD).
     */
    static Limit byOverload(LanesProperties.Bounds bounds) {
        return AIMDLimit.newBuilder()
                .initialLimit(bounds.permits())
                .minLimit(least(bounds))
                .maxLimit(bounds.permits())
                .timeout(bounds.timeout().toNanos(), TimeUnit.NANOSECONDS)
                .build();
    }

    /** For what is slow for other reasons than load: locks, and readers that are. */
    static Limit fixed(LanesProperties.Bounds bounds) {
        return FixedLimit.of(bounds.permits());
    }

    private static int least(LanesProperties.Bounds bounds) {
        return Math.max(1, bounds.permits() / LEAST_PART);
    }
}

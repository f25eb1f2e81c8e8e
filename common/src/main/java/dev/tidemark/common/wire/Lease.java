package dev.tidemark.common.wire;

import java.time.Duration;

/**
 * The right to fetch a key on everyone's behalf, for a while. It saves work, and the time since it
 * was granted bounds the age of what was fetched under it; no answer depends on it.
 *
 * @param token names this grant, so that only its holder can give it back; random, not 0
 */
public record Lease(CacheKey key, String partition, long token) {

    /** None is granted for less, so that its holder knows by when to say that it still fetches. */
    public static final Duration SHORTEST = Duration.ofMillis(200);
}

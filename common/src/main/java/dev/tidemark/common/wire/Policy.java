package dev.tidemark.common.wire;

import java.time.Duration;

/**
 * How long an answer may be served, and to whom. Durations are whole milliseconds, from 0 to {@link
 * #TTL_MAX}.
 *
 * @param softTtl age from which an entry is stale
 * @param hardTtl age from which an entry is gone, even if the origin is down; not below the soft
 *     TTL
 * @param clientMaxAge how long browsers may use the answer without asking; zero for always ask
 * @param reloadAllowed whether a client's {@code no-cache} reaches the database
 */
public record Policy(
        Duration softTtl, Duration hardTtl, Duration clientMaxAge, boolean reloadAllowed) {

    /** What 32 bits of milliseconds hold, in whole days. */
    public static final Duration TTL_MAX = Duration.ofDays(49);

    public Policy {
        requireInRange("soft TTL", softTtl);
        requireInRange("hard TTL", hardTtl);
        requireInRange("client max-age", clientMaxAge);
        if (hardTtl.compareTo(softTtl) < 0) {
            throw new IllegalArgumentException(
                    "the hard TTL ("
                            + hardTtl
                            + ") is shorter than the soft TTL ("
                            + softTtl
                            + ")");
        }
    }

    private static void requireInRange(String name, Duration ttl) {
        if (ttl.isNegative() || ttl.compareTo(TTL_MAX) > 0) {
            throw new IllegalArgumentException(
                    "the " + name + " must be from 0 to 49 days, not " + ttl);
        }
    }
}

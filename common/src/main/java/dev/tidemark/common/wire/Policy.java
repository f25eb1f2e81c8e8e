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
 * @param staleWhileRevalidate for how long past its soft TTL a valid entry is still served while it
 *     is fetched again (RFC 5861, section 3); the hard TTL ends it in any case
 * @param staleIfError for how long past its soft TTL an entry is still of use when the origin fails
 *     (RFC 5861, section 4); the hard TTL ends it in any case
 */
public record Policy(
        Duration softTtl,
        Duration hardTtl,
        Duration clientMaxAge,
        boolean reloadAllowed,
        Duration staleWhileRevalidate,
        Duration staleIfError) {

    /** What 32 bits of milliseconds hold, in whole days. */
    public static final Duration TTL_MAX = Duration.ofDays(49);

    public Policy {
        requireInRange("soft TTL", softTtl);
        requireInRange("hard TTL", hardTtl);
        requireInRange("client max-age", clientMaxAge);
        requireInRange("time of stale-while-revalidate", staleWhileRevalidate);
        requireInRange("time of stale-if-error", staleIfError);
        if (hardTtl.compareTo(softTtl) < 0) {
            throw new IllegalArgumentException(
                    "the hard TTL ("
                            + hardTtl
                            + ") is shorter than the soft TTL ("
                            + softTtl
                            + ")");
        }
    }

    /** One whose stale entries are served only when the origin fails, and then until they go. */
    public Policy(Duration softTtl, Duration hardTtl, Duration clientMaxAge, boolean reload) {
        this(softTtl, hardTtl, clientMaxAge, reload, Duration.ZERO, TTL_MAX);
    }

    /** The same with another soft TTL, not above the hard one. */
    public Policy withSoftTtl(Duration softTtl) {
        return new Policy(
                softTtl, hardTtl, clientMaxAge, reloadAllowed, staleWhileRevalidate, staleIfError);
    }

    private static void requireInRange(String name, Duration ttl) {
        if (ttl.isNegative() || ttl.compareTo(TTL_MAX) > 0) {
            throw new IllegalArgumentException(
                    "the " + name + " must be from 0 to 49 days, not " + ttl);
        }
    }
}

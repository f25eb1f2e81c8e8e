package dev.tidemark.gateway.http;

import java.time.Duration;
import java.util.Optional;

/**
 * What an answer says of where it comes from, and of what it has seen.
 *
 * @param cacheStatus the value of {@code Cache-Status}
 * @param staleness how stale it can be at most
 * @param token the value of {@code Tidemark-Token}; empty where nothing is known to have been seen
 */
public record Provenance(
        String cacheStatus, ServerTiming timing, Duration staleness, Optional<String> token) {

    /** In milliseconds, rounded up: what is said is never less than what is true. */
    long stalenessMillis() {
        long nanos = staleness.toNanos();
        return nanos / 1_000_000 + (nanos % 1_000_000 == 0 ? 0 : 1);
    }
}

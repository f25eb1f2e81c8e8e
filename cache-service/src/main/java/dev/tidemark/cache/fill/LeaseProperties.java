package dev.tidemark.cache.fill;

import dev.tidemark.common.wire.Lease;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How long others wait for a fill. A lease lasts about as long as fills take, {@link LeaseLength}
 * says how long; within these bounds.
 *
 * @param timeout after which a lease is free again at the latest: how long one whose fetcher died
 *     holds others up at most
 * @param timeoutMin after which it is free again at the earliest; longer than the usual pauses of a
 *     gateway, which would lose its lease in one
 * @param uncacheableTtl for how long a key stays marked as uncacheable, so that nobody waits for a
 *     fill of it
 * @param overtakenTtl for how long nobody waits for a fill of a key whose fills are overtaken by
 *     changes before they arrive
 */
@ConfigurationProperties("tidemark.leases")
public record LeaseProperties(
        @DefaultValue("500ms") Duration timeoutMin,
        @DefaultValue("3s") Duration timeout,
        @DefaultValue("10s") Duration uncacheableTtl,
        @DefaultValue("1s") Duration overtakenTtl) {

    public LeaseProperties {
        if (timeoutMin.compareTo(Lease.SHORTEST) < 0) {
            throw new IllegalArgumentException(
                    "tidemark.leases.timeout-min must be at least "
                            + Lease.SHORTEST.toMillis()
                            + " ms, not "
                            + timeoutMin);
        }
        if (timeout.compareTo(timeoutMin) < 0) {
            throw new IllegalArgumentException(
                    "tidemark.leases.timeout must not be shorter than timeout-min");
        }
        requireMillis("uncacheable-ttl", uncacheableTtl);
        requireMillis("overtaken-ttl", overtakenTtl);
    }

    private static void requireMillis(String name, Duration value) {
        if (value.toMillis() < 1) {
            throw new IllegalArgumentException(
                    "tidemark.leases." + name + " must be at least 1 ms, not " + value);
        }
    }
}

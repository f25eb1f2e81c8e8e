package dev.tidemark.cache.fill;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How long others wait for a fill.
 *
 * @param timeout after which a lease is free again, unless its look-up's deadline is shorter;
 *     longer than a usual fetch, and how long one whose fetcher died holds others up
 * @param uncacheableTtl for how long a key stays marked as uncacheable, so that nobody waits for a
 *     fill of it
 */
@ConfigurationProperties("tidemark.leases")
public record LeaseProperties(
        @DefaultValue("3s") Duration timeout, @DefaultValue("10s") Duration uncacheableTtl) {

    public LeaseProperties {
        requireMillis("timeout", timeout);
        requireMillis("uncacheable-ttl", uncacheableTtl);
    }

    private static void requireMillis(String name, Duration value) {
        if (value.toMillis() < 1) {
            throw new IllegalArgumentException(
                    "tidemark.leases." + name + " must be at least 1 ms, not " + value);
        }
    }
}

package dev.tidemark.gateway.aside;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How entries are fetched again without anyone waiting for it.
 *
 * @param beta how early before the soft TTL, in terms of how long the fetch took: above 1 for
 *     earlier, 0 for never
 * @param jitter the most that a soft TTL is shortened by, of the whole, so that not all that was
 *     filled together expires together
 * @param concurrency so many such fetches run at once; beyond, entries expire
 */
@ConfigurationProperties("tidemark.refresh")
public record RefreshProperties(
        @DefaultValue("1") double beta,
        @DefaultValue("0.1") double jitter,
        @DefaultValue("32") int concurrency) {

    public RefreshProperties {
        require(beta >= 0 && beta <= 100, "beta must be from 0 to 100");
        require(jitter >= 0 && jitter <= 0.5, "jitter must be from 0 to 0.5");
        require(concurrency >= 0, "concurrency must not be negative");
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException("tidemark.refresh." + message);
        }
    }
}

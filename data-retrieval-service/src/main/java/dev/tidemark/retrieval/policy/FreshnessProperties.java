package dev.tidemark.retrieval.policy;

import static dev.tidemark.retrieval.problem.InvalidConfigurationException.require;

import dev.tidemark.common.wire.Policy;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How long an answer may be served, for tables that no policy of their own says it for.
 *
 * @param softTtl age from which an entry is stale
 * @param hardTtl age from which an entry is gone, even if the origin is down
 * @param clientMaxAge how long browsers may use the answer without asking; zero for always ask
 * @param reloadAllowed whether a client's {@code no-cache} reaches the database
 * @param staleWhileRevalidate for how long past its soft TTL a valid entry is still served while it
 *     is fetched again; the hard TTL ends it in any case. Of what is followed only: where age is
 *     all that bounds staleness, a table's own policy has to say so
 * @param staleIfError for how long past its soft TTL an entry is still of use when the origin
 *     fails; the hard TTL ends it in any case
 * @param refreshInterval how often the tables' own policies are read again
 */
@ConfigurationProperties("tidemark.freshness")
public record FreshnessProperties(
        @DefaultValue("60s") Duration softTtl,
        @DefaultValue("1h") Duration hardTtl,
        @DefaultValue("0s") Duration clientMaxAge,
        @DefaultValue("true") boolean reloadAllowed,
        @DefaultValue("10s") Duration staleWhileRevalidate,
        @DefaultValue("49d") Duration staleIfError,
        @DefaultValue("10s") Duration refreshInterval) {

    public FreshnessProperties {
        require(!softTtl.isNegative(), "tidemark.freshness.soft-ttl must not be negative");
        require(
                hardTtl.compareTo(softTtl) >= 0,
                "tidemark.freshness.hard-ttl must not be shorter than tidemark.freshness.soft-ttl");
        require(
                hardTtl.compareTo(Policy.TTL_MAX) <= 0,
                "tidemark.freshness.hard-ttl must be at most 49d");
        require(
                !clientMaxAge.isNegative() && clientMaxAge.compareTo(Policy.TTL_MAX) <= 0,
                "tidemark.freshness.client-max-age must be from 0 to 49d");
        require(
                !staleWhileRevalidate.isNegative()
                        && staleWhileRevalidate.compareTo(Policy.TTL_MAX) <= 0,
                "tidemark.freshness.stale-while-revalidate must be from 0 to 49d");
        require(
                !staleIfError.isNegative() && staleIfError.compareTo(Policy.TTL_MAX) <= 0,
                "tidemark.freshness.stale-if-error must be from 0 to 49d");
        require(
                refreshInterval.toMillis() > 0,
                "tidemark.freshness.refresh-interval must be positive");
    }

    TablePolicy policy() {
        return new TablePolicy(
                new Policy(
                        softTtl,
                        hardTtl,
                        clientMaxAge,
                        reloadAllowed,
                        staleWhileRevalidate,
                        staleIfError),
                true);
    }
}

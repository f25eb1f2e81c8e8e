package dev.tidemark.retrieval.policy;

import dev.tidemark.common.wire.Policy;
import java.time.Duration;

/**
 * How long answers from a table may be served, if at all.
 *
 * @param cacheable whether they may be cached
 */
public record TablePolicy(Policy policy, boolean cacheable) {

    /** What both allow. */
    TablePolicy and(TablePolicy other) {
        return new TablePolicy(
                new Policy(
                        shorter(policy.softTtl(), other.policy.softTtl()),
                        shorter(policy.hardTtl(), other.policy.hardTtl()),
                        shorter(policy.clientMaxAge(), other.policy.clientMaxAge()),
                        policy.reloadAllowed() && other.policy.reloadAllowed()),
                cacheable && other.cacheable);
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) <= 0 ? a : b;
    }
}

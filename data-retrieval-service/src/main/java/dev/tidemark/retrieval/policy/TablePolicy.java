package dev.tidemark.retrieval.policy;

import dev.tidemark.common.wire.Policy;
import java.time.Duration;

/**
 * How long answers from a table may be served, if at all, and how it may be written to.
 *
 * @param cacheable whether they may be cached
 * @param unfilteredWrites whether an update or delete may reach every row
 */
public record TablePolicy(Policy policy, boolean cacheable, boolean unfilteredWrites) {

    /** One that wants a filter on every update and delete. */
    public TablePolicy(Policy policy, boolean cacheable) {
        this(policy, cacheable, false);
    }

    /** What both allow. */
    TablePolicy and(TablePolicy other) {
        return new TablePolicy(
                new Policy(
                        shorter(policy.softTtl(), other.policy.softTtl()),
                        shorter(policy.hardTtl(), other.policy.hardTtl()),
                        shorter(policy.clientMaxAge(), other.policy.clientMaxAge()),
                        policy.reloadAllowed() && other.policy.reloadAllowed()),
                cacheable && other.cacheable,
                unfilteredWrites && other.unfilteredWrites);
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) <= 0 ? a : b;
    }
}

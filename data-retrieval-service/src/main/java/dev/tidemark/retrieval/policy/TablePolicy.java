package dev.tidemark.retrieval.policy;

import dev.tidemark.common.wire.Policy;
import java.time.Duration;

/**
 * How long answers from a table may be served, if at all, and how it may be written to.
 *
 * @param cacheable whether they may be cached
 * @param unfilteredWrites whether an update or delete may reach every row
 * @param timedRevalidated whether answers that are time only may be stale while they are fetched
 *     again: their age is all that bounds their staleness, so a table's own policy has to say so
 */
public record TablePolicy(
        Policy policy, boolean cacheable, boolean unfilteredWrites, boolean timedRevalidated) {

    /** One that wants a filter on every update and delete, and nothing stale that is time only. */
    public TablePolicy(Policy policy, boolean cacheable) {
        this(policy, cacheable, false, false);
    }

    /** Of an answer that is followed, or time only. */
    public Policy policy(boolean followed) {
        return followed || timedRevalidated
                ? policy
                : new Policy(
                        policy.softTtl(),
                        policy.hardTtl(),
                        policy.clientMaxAge(),
                        policy.reloadAllowed(),
                        Duration.ZERO,
                        policy.staleIfError());
    }

    /** The same, but nothing is cached. */
    TablePolicy uncacheable() {
        return new TablePolicy(policy, false, unfilteredWrites, timedRevalidated);
    }

    /** What both allow. */
    TablePolicy and(TablePolicy other) {
        return new TablePolicy(
                new Policy(
                        shorter(policy.softTtl(), other.policy.softTtl()),
                        shorter(policy.hardTtl(), other.policy.hardTtl()),
                        shorter(policy.clientMaxAge(), other.policy.clientMaxAge()),
                        policy.reloadAllowed() && other.policy.reloadAllowed(),
                        shorter(policy.staleWhileRevalidate(), other.policy.staleWhileRevalidate()),
                        shorter(policy.staleIfError(), other.policy.staleIfError())),
                cacheable && other.cacheable,
                unfilteredWrites && other.unfilteredWrites,
                timedRevalidated && other.timedRevalidated);
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) <= 0 ? a : b;
    }
}

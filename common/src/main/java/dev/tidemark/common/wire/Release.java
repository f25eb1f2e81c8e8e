package dev.tidemark.common.wire;

/**
 * A lease given back without a fill.
 *
 * @param uncacheable whether the answer turned out to be one that may not be cached, so that for a
 *     while nobody need wait for a fill of this key
 */
public record Release(Lease lease, boolean uncacheable) {}

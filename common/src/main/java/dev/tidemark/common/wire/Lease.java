package dev.tidemark.common.wire;

/**
 * The right to fetch a key on everyone's behalf, for a while. It saves work; correctness never
 * depends on it.
 *
 * @param token names this grant, so that only its holder can give it back; random, not 0
 */
public record Lease(CacheKey key, String partition, long token) {}

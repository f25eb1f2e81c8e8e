package dev.tidemark.cache.redis;

import dev.tidemark.common.wire.CacheKey;
import java.nio.charset.StandardCharsets;

/** What an entry and its lease are called in Redis; both in one slot by their hash tag. */
@SuppressWarnings("ArrayRecordComponent") // built for one command, never compared
record KeyPair(byte[] entry, byte[] lease) {

    static KeyPair of(CacheKey key, String partition) {
        String suffix = partition.isEmpty() ? "" : ":" + partition;
        return new KeyPair(
                ("tm:{" + key + "}:entry" + suffix).getBytes(StandardCharsets.UTF_8),
                ("tm:{" + key + "}:lease" + suffix).getBytes(StandardCharsets.UTF_8));
    }

    byte[][] both() {
        return new byte[][] {entry, lease};
    }
}

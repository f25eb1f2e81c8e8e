package dev.tidemark.gateway.check;

import dev.tidemark.common.request.CanonicalRequest;
import dev.tidemark.common.wire.CacheKey;
import dev.tidemark.gateway.near.Entry;

/** An entry that was served from a cache as valid. */
record Sample(CanonicalRequest request, CacheKey key, Entry entry, long servedNanos) {}

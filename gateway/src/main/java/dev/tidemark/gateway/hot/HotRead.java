package dev.tidemark.gateway.hot;

import dev.tidemark.common.request.CanonicalRequest;
import dev.tidemark.common.wire.CacheKey;

/** A read that many want: what anybody fetches who has its answer made new. */
public record HotRead(CacheKey key, CanonicalRequest request) {}

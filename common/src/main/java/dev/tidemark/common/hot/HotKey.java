package dev.tidemark.common.hot;

import dev.tidemark.common.wire.CacheKey;

/**
 * A key that many ask for.
 *
 * @param perSecond how often, by the last window, as far as it was counted here; 0 for one that is
 *     hot elsewhere, or was lately
 */
public record HotKey(CacheKey key, long perSecond) {}

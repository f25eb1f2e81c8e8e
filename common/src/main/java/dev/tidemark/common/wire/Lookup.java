package dev.tidemark.common.wire;

import dev.tidemark.common.tag.Lsn;
import dev.tidemark.common.tag.Version;
import java.time.Duration;
import java.util.List;

/**
 * A question to the shared cache.
 *
 * @param partition keeps apart what different audiences or databases see; empty for the one that
 *     all share
 * @param logPosition up to where the asker knows the invalidation log
 * @param tokens positions that the answer must have seen
 * @param notVersion the version that the asker has already refused, so that only a newer one is of
 *     use to it; {@link Version#UNKNOWN} for none
 * @param deadline how long the asker will wait, counted from when it asks; positive
 */
public record Lookup(
        CacheKey key,
        String partition,
        Lsn logPosition,
        List<Lsn> tokens,
        Version notVersion,
        Duration deadline) {

    public Lookup {
        tokens = List.copyOf(tokens);
    }
}

package dev.tidemark.cache.entry;

import dev.tidemark.common.wire.LookupOutcome;

/**
 * What a look-up came to.
 *
 * @param outcome what the asker is told
 * @param reason why
 */
public record Found(LookupOutcome outcome, Reason reason) {

    public static final Found UNCACHEABLE =
            new Found(new LookupOutcome.Uncacheable(), Reason.UNCACHEABLE);

    public static final Found UNAVAILABLE =
            new Found(new LookupOutcome.Unavailable(), Reason.UNAVAILABLE);

    /** Why a look-up had its outcome. */
    public enum Reason {
        HIT,
        /** There was no entry. */
        MISS,
        /** The entry was past its soft TTL. */
        STALE,
        /** The asker had refused this entry's version before. */
        REFUSED,
        /** The invalidation log says that the entry is overtaken, or cannot vouch for it. */
        INVALID,
        /** What was stored is not an entry that this version can read. */
        CORRUPT,
        /** Nobody need wait for a fill of this key. */
        UNCACHEABLE,
        UNAVAILABLE
    }
}

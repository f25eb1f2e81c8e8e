package dev.tidemark.cache.entry;

/** What became of a release. */
public enum Released {
    /** The lease is free again. */
    RELEASED,
    /** The lease had run out before, and may be another's by now. */
    LEASE_EXPIRED,
    /** The store could not be asked. */
    FAILED
}

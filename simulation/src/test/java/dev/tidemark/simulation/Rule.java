package dev.tidemark.simulation;

/** The rule as it is, and rules that look just as good and are wrong. */
enum Rule {
    AS_DESIGNED,
    /** A commit is in the log's order before it is visible. */
    LSN_AS_VERSION,
    /** The transaction with the version's own number had not ended. */
    AT_OR_BELOW_THE_VERSION,
    /** A transaction that was never told may have a higher number than all that were. */
    FLOOR_IS_HIGHEST_XID_SEEN,
    /** A snapshot's xmax is below numbers that are already assigned. */
    FLOOR_IS_SNAPSHOT_XMAX,
    /** A reader that was replaced, or whose last records a failover lost, leaves a hole. */
    APPEND_WITHOUT_PREDECESSOR,
    /** A stream skips what was trimmed or lost without a word. */
    FOLLOWER_WITHOUT_CHAIN,
    /** After a crash, numbers are used again. */
    IDENTITY_WITHOUT_INCARNATION,
    /** "Caught up" is said over commits that are visible but not flushed. */
    TIME_FROM_KEEPALIVES,
    /** The fetch may have begun before the waiter asked, and be overtaken. */
    WAITER_TAKES_ANY_FETCH,
    /** Under a long writer it stands still while the data moves on. */
    XMIN_AS_TOKEN,
    /** Entries read while it was open have higher versions than its own number. */
    LONG_WRITER_STAMPED_WITH_OWN_XID
}

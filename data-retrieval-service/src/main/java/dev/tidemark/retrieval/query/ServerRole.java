package dev.tidemark.retrieval.query;

/** Who is asked. */
public enum ServerRole {
    /** The server that is written to; also the only one there is, whatever it is. */
    PRIMARY,
    /** A standby that answers beside it: it has no unlogged tables, and no transactions' ids. */
    REPLICA
}

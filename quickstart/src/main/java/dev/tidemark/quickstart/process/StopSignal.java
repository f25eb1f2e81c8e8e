package dev.tidemark.quickstart.process;

/** The signal that asks a program to end; which one is kindest differs from program to program. */
public enum StopSignal {
    /** What most programs expect. */
    TERM,
    /** PostgreSQL's fast shutdown: clients are disconnected, the data directory is left clean. */
    INT,
    /** For what has nothing to lose. */
    KILL
}

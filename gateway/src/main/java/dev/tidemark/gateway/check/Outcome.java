package dev.tidemark.gateway.check;

import java.util.Locale;

/** What came of comparing what was served with the database. */
enum Outcome {
    /** It is still what the database says. */
    CONSISTENT,

    /** A change has been told since, or something may have been missed: nothing to compare. */
    OVERTAKEN,

    /**
     * It is not what the database says, and that was told a moment later than its place in the log:
     * so it is with DDL, where the role may create no event triggers.
     */
    LATE,

    /** It is not what the database says, and the log has not told: a breach of the rule. */
    INCONSISTENT,

    /** It could not be found out: the origin, or the log, was not there in time. */
    UNKNOWN;

    /** In metrics and traces. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}

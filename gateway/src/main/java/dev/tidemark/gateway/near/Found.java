package dev.tidemark.gateway.near;

/** What the near cache has under a key. Sealed, so every reader decides what to do in each case. */
public sealed interface Found {

    /** Valid and within its soft TTL. */
    record Fresh(Entry entry) implements Found {}

    /** Past its soft TTL: of use only if the origin fails. */
    record Stale(Entry entry) implements Found {}

    /** A change is known that is newer: of use only if the origin fails. */
    record Invalid(Entry entry) implements Found {}

    record Absent() implements Found {

        static final Absent INSTANCE = new Absent();
    }
}

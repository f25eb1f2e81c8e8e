package dev.tidemark.gateway.near;

/** What the near cache has under a key. Sealed, so every reader decides what to do in each case. */
public sealed interface Found {

    /**
     * Valid and within its soft TTL.
     *
     * @param stalenessNanos how stale it can be at most
     */
    record Fresh(Entry entry, long stalenessNanos) implements Found {}

    /** The same, but not recent enough for the one who asks. */
    record Unfit(Entry entry) implements Found {}

    /**
     * Valid, but past its soft TTL.
     *
     * @param stalenessNanos how stale it can be at most
     */
    record Stale(Entry entry, long stalenessNanos) implements Found {}

    /** The same, and the one who asks may have it while it is fetched again. */
    record Revalidated(Entry entry, long stalenessNanos) implements Found {}

    /** Nothing was heard of its validity for too long: of use only if the origin fails. */
    record Unvouched(Entry entry) implements Found {}

    /** A change is known that is newer: of use only if the origin fails. */
    record Invalid(Entry entry) implements Found {}

    record Absent() implements Found {

        static final Absent INSTANCE = new Absent();
    }
}

package dev.tidemark.common.wire;

import java.time.Duration;
import java.util.Optional;

/**
 * What the shared cache knows about a key. Sealed, so every asker decides what to do in each case.
 */
public sealed interface LookupOutcome {

    /** Within its soft TTL: serve it if it is valid. */
    record Hit(Stored stored) implements LookupOutcome {}

    /**
     * Nothing usable, and the asker now holds the lease: fetch and fill.
     *
     * @param last an entry past its soft TTL, for when the origin fails
     */
    record Leased(Lease lease, Optional<Stored> last) implements LookupOutcome {}

    /**
     * Nothing usable, and another holds the lease: ask again.
     *
     * @param leaseLeft for how long the lease is still held at most
     * @param last an entry past its soft TTL, for when the origin fails
     */
    record Awaited(Duration leaseLeft, Optional<Stored> last) implements LookupOutcome {}

    /** Lately found to be uncacheable: fetch, and do not fill. */
    record Uncacheable() implements LookupOutcome {}

    /** The key's shard cannot be asked: go on without the shared cache. */
    record Unavailable() implements LookupOutcome {}

    /**
     * An entry as the shared cache holds it.
     *
     * @param age since the origin was asked
     */
    record Stored(Answer answer, Duration age) {}
}

package dev.tidemark.cache.entry;

import dev.tidemark.common.wire.Fill;
import dev.tidemark.common.wire.Lease;
import dev.tidemark.common.wire.Lookup;
import dev.tidemark.common.wire.Release;
import dev.tidemark.common.wire.Renewal;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * Entries, and the leases to fill them. Entry and lease of a key are read in one step, so that of
 * all who find nothing exactly one is told to fetch.
 *
 * <p>No method blocks and no future fails: a store that cannot be asked is one of the outcomes, and
 * comes within the store's command timeout, or the look-up's deadline if that is shorter.
 */
public interface EntryStore {

    /** Finds the entry of a key, or takes or awaits the lease to fill it. */
    CompletableFuture<Found> find(Lookup lookup);

    /**
     * Stores an answer for the rest of its hard TTL and gives the lease back if it is still its
     * holder's. The lease decides nothing else: a late fill is as good as its version. One that is
     * older than what is stored is dropped: of a lower version, or of the same and read earlier.
     */
    CompletableFuture<Filled> fill(Fill fill);

    /**
     * Gives a lease back without an entry, and marks the key for a while if nobody need wait for a
     * fill of it.
     */
    CompletableFuture<Released> release(Release release);

    /**
     * Holds a lease for longer. The result is for how long from now on; zero where it is not its
     * holder's any more. Where the store cannot be asked it is {@link Lease#SHORTEST}, since the
     * lease may well be held still: its holder asks again.
     */
    CompletableFuture<Duration> renew(Renewal renewal);
}

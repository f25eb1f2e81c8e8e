package dev.tidemark.cache.invalidation;

import dev.tidemark.cache.entry.EntryStore;
import dev.tidemark.cache.entry.Filled;
import dev.tidemark.cache.entry.Found;
import dev.tidemark.cache.entry.Found.Reason;
import dev.tidemark.cache.entry.Released;
import dev.tidemark.common.tag.Version;
import dev.tidemark.common.wire.Answer;
import dev.tidemark.common.wire.Fill;
import dev.tidemark.common.wire.Lookup;
import dev.tidemark.common.wire.LookupOutcome;
import dev.tidemark.common.wire.Release;
import dev.tidemark.common.wire.Renewal;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * Answers no look-up with an entry that the log says is overtaken. Such an entry is refused as a
 * gateway would refuse it: the store is asked again with its version, so that it hands out the
 * lease.
 */
final class ValidatingEntryStore implements EntryStore {

    /** No version is above it: whatever is stored is refused. */
    private static final Version ANY = new Version(Long.MAX_VALUE);

    private final EntryStore store;
    private final Predicate<Answer> valid;
    private final LongSupplier nanos;

    /**
     * @param valid whether an answer may be served, as far as coherence goes
     * @param nanos a monotonic clock
     */
    ValidatingEntryStore(EntryStore store, Predicate<Answer> valid, LongSupplier nanos) {
        this.store = store;
        this.valid = valid;
        this.nanos = nanos;
    }

    @Override
    public CompletableFuture<Found> find(Lookup lookup) {
        long asked = nanos.getAsLong();
        return store.find(lookup).thenCompose(found -> checked(found, lookup, asked, false));
    }

    private CompletableFuture<Found> checked(
            Found found, Lookup lookup, long asked, boolean again) {
        if (!(found.outcome() instanceof LookupOutcome.Hit(LookupOutcome.Stored stored))
                || valid.test(stored.answer())) {
            return CompletableFuture.completedFuture(again ? invalid(found) : found);
        }
        long now = nanos.getAsLong();
        Duration left = lookup.deadline().minusNanos(now - asked);
        if (left.toMillis() < 1) {
            return CompletableFuture.completedFuture(Found.UNAVAILABLE);
        }
        Version version = stored.answer().version();
        // Something newer may have come meanwhile. What comes instead and is not valid either is
        // refused whatever its version; so is one of version 0, which the store takes for none.
        Version refused = again || version.equals(Version.UNKNOWN) ? ANY : version;
        Lookup next =
                new Lookup(
                        lookup.key(),
                        lookup.partition(),
                        lookup.logPosition(),
                        lookup.tokens(),
                        refused,
                        left);
        return store.find(next).thenCompose(second -> checked(second, next, now, true));
    }

    /** The store knows only that the version was refused. */
    private static Found invalid(Found found) {
        return found.reason() == Reason.REFUSED
                ? new Found(found.outcome(), Reason.INVALID)
                : found;
    }

    @Override
    public CompletableFuture<Filled> fill(Fill fill) {
        return store.fill(fill);
    }

    @Override
    public CompletableFuture<Released> release(Release release) {
        return store.release(release);
    }

    @Override
    public CompletableFuture<Duration> renew(Renewal renewal) {
        return store.renew(renewal);
    }
}

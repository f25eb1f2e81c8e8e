package dev.tidemark.cache.hot;

import dev.tidemark.cache.entry.EntryStore;
import dev.tidemark.cache.entry.Filled;
import dev.tidemark.cache.entry.Found;
import dev.tidemark.cache.entry.Released;
import dev.tidemark.cache.hot.Copies.Copy;
import dev.tidemark.common.hot.HotKeys;
import dev.tidemark.common.hot.RefreshAhead;
import dev.tidemark.common.tag.Version;
import dev.tidemark.common.wire.CacheKey;
import dev.tidemark.common.wire.Fill;
import dev.tidemark.common.wire.Lookup;
import dev.tidemark.common.wire.LookupOutcome;
import dev.tidemark.common.wire.LookupOutcome.Stored;
import dev.tidemark.common.wire.Release;
import dev.tidemark.common.wire.Renewal;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;

/**
 * Spares the shard that owns a hot key: for moments, its entry is answered from a copy.
 *
 * <p>Why that breaks no promise: a copy is an entry like any other, and whether an entry may be
 * served depends on its version and the clock of who serves it, never on where it was. So this
 * stands <b>inside</b> of what checks entries against the log, which checks a copy each time it is
 * answered. Beyond that a copy must not stand in anybody's way:
 *
 * <ul>
 *   <li><b>Older by what it was kept.</b> Its age counts from before Redis was asked.
 *   <li><b>Not for who refused it.</b> Who wants something newer is answered by Redis.
 *   <li><b>Hits only.</b> Leases are given by Redis alone.
 *   <li><b>Not close to the soft TTL.</b> Who is about to fetch it again learns from Redis whether
 *       another has ({@link RefreshAhead}).
 * </ul>
 */
public final class CopyingEntryStore implements EntryStore {

    private final EntryStore store;
    private final HotKeys keys;
    private final Copies copies;
    private final Duration copyFor;
    private final Runnable copied;
    private final LongSupplier nanos;

    /**
     * @param copied is called for each look-up that a copy answers
     * @param nanos a monotonic clock
     */
    CopyingEntryStore(
            EntryStore store,
            HotKeys keys,
            Copies copies,
            Duration copyFor,
            Runnable copied,
            LongSupplier nanos) {
        this.store = store;
        this.keys = keys;
        this.copies = copies;
        this.copyFor = copyFor;
        this.copied = copied;
        this.nanos = nanos;
    }

    @Override
    public CompletableFuture<Found> find(Lookup lookup) {
        CacheKey key = lookup.key();
        keys.count(key);
        if (!keys.isHot(key)) {
            return store.find(lookup);
        }
        long asked = nanos.getAsLong();
        Optional<Stored> copy =
                copies.get(key)
                        .filter(kept -> isFor(lookup, kept) && willDo(kept, asked))
                        .map(kept -> aged(kept, asked))
                        .filter(CopyingEntryStore::isFarFromSoftTtl);
        if (copy.isPresent()) {
            copied.run();
            return CompletableFuture.completedFuture(
                    new Found(new LookupOutcome.Hit(copy.get()), Found.Reason.HIT));
        }
        return store.find(lookup).thenApply(found -> keep(found, lookup, asked));
    }

    private static boolean isFor(Lookup lookup, Copy copy) {
        Version version = copy.stored().answer().version();
        return copy.partition().equals(lookup.partition())
                && (lookup.notVersion().equals(Version.UNKNOWN)
                        || version.compareTo(lookup.notVersion()) > 0);
    }

    /** When its time is over, the first to come asks Redis, and the others need not wait for it. */
    private boolean willDo(Copy copy, long now) {
        long age = now - copy.askedNanos();
        return age < copyFor.toNanos()
                || (age < 2 * copyFor.toNanos() && !copy.renewing().compareAndSet(false, true));
    }

    private static Stored aged(Copy copy, long now) {
        Stored stored = copy.stored();
        return new Stored(stored.answer(), stored.age().plusNanos(now - copy.askedNanos()));
    }

    private static boolean isFarFromSoftTtl(Stored stored) {
        Duration left = stored.answer().policy().softTtl().minus(stored.age());
        return left.compareTo(RefreshAhead.lead(stored.answer()).multipliedBy(2)) > 0;
    }

    private Found keep(Found found, Lookup lookup, long asked) {
        if (found.outcome() instanceof LookupOutcome.Hit(Stored stored)) {
            copies.put(lookup.key(), new Copy(lookup.partition(), stored, asked));
        }
        return found;
    }

    @Override
    public CompletableFuture<Filled> fill(Fill fill) {
        // Whoever looks next gets this, rather than what it replaces.
        return store.fill(fill).whenComplete((_, _) -> copies.remove(fill.lease().key()));
    }

    @Override
    public CompletableFuture<Released> release(Release release) {
        return store.release(release);
    }

    @Override
    public CompletableFuture<Duration> renew(Renewal renewal) {
        return store.renew(renewal);
    }

    /** What is too old to be answered gives its room back. */
    void sweep() {
        long now = nanos.getAsLong();
        copies.removeIf(copy -> now - copy.askedNanos() >= 2 * copyFor.toNanos());
    }
}

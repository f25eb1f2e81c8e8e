package dev.tidemark.cache.entry;

import dev.tidemark.cache.entry.Filled.Fate;
import dev.tidemark.cache.entry.Found.Reason;
import dev.tidemark.common.wire.Answer;
import dev.tidemark.common.wire.CacheKey;
import dev.tidemark.common.wire.Fill;
import dev.tidemark.common.wire.Lease;
import dev.tidemark.common.wire.Lookup;
import dev.tidemark.common.wire.LookupOutcome;
import dev.tidemark.common.wire.LookupOutcome.Stored;
import dev.tidemark.common.wire.Release;
import dev.tidemark.common.wire.Renewal;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A store with all the rules and no Redis; {@link EntryStoreContract} holds it to them. */
public final class InMemoryEntryStore implements EntryStore {

    private record Place(CacheKey key, String partition) {}

    /** An answer that was read then, by this store's clock. */
    private record Entry(Answer answer, Instant readAt) {
        Duration age(Instant now) {
            return Duration.between(readAt, now);
        }
    }

    /** The holder's token, or 0 for the mark of an uncacheable key. */
    private record Hold(long token, Instant since, Instant until) {}

    private final InstantSource clock;
    private final Duration leaseTimeout;
    private final Duration uncacheableTtl;
    private final Map<Place, Entry> entries = new HashMap<>();
    private final Map<Place, Hold> holds = new HashMap<>();
    private long lastToken;

    public InMemoryEntryStore(InstantSource clock, Duration leaseTimeout, Duration uncacheableTtl) {
        this.clock = clock;
        this.leaseTimeout = leaseTimeout;
        this.uncacheableTtl = uncacheableTtl;
    }

    @Override
    public synchronized CompletableFuture<Found> find(Lookup lookup) {
        Instant now = clock.instant();
        Place place = new Place(lookup.key(), lookup.partition());
        Optional<Stored> stored =
                entry(place, now).map(entry -> new Stored(entry.answer(), entry.age(now)));
        Reason reason = stored.map(entry -> reason(entry, lookup)).orElse(Reason.MISS);
        return CompletableFuture.completedFuture(
                reason == Reason.HIT
                        ? new Found(new LookupOutcome.Hit(stored.orElseThrow()), reason)
                        : contended(place, stored, reason, now));
    }

    private Found contended(Place place, Optional<Stored> last, Reason reason, Instant now) {
        Hold hold = hold(place, now);
        if (hold == null) {
            Lease lease = new Lease(place.key(), place.partition(), ++lastToken);
            holds.put(place, new Hold(lease.token(), now, now.plus(leaseTimeout)));
            return new Found(new LookupOutcome.Leased(lease, last), reason);
        }
        return hold.token() == 0
                ? Found.UNCACHEABLE
                : new Found(
                        new LookupOutcome.Awaited(Duration.between(now, hold.until()), last),
                        reason);
    }

    private static Reason reason(Stored stored, Lookup lookup) {
        if (stored.age().compareTo(stored.answer().policy().softTtl()) >= 0) {
            return Reason.STALE;
        }
        boolean refused =
                lookup.notVersion().xmin() != 0
                        && stored.answer().version().compareTo(lookup.notVersion()) <= 0;
        return refused ? Reason.REFUSED : Reason.HIT;
    }

    @Override
    public synchronized CompletableFuture<Filled> fill(Fill fill) {
        Instant now = clock.instant();
        Place place = new Place(fill.lease().key(), fill.lease().partition());
        Hold hold = hold(place, now);
        boolean held = giveBack(place, fill.lease().token(), now);
        Instant readAt = now.minus(fill.age());
        if (held && hold != null) {
            Instant atLeast = hold.since().minus(fill.ageWhenAsked());
            readAt = atLeast.isBefore(readAt) ? atLeast : readAt;
        }
        Entry offered = new Entry(fill.answer(), readAt);
        Fate fate;
        if (!held && !fill.answer().followed()) {
            fate = Fate.AGE_UNKNOWN;
        } else if (offered.age(now).compareTo(fill.answer().policy().hardTtl()) >= 0) {
            fate = Fate.EXPIRED;
        } else if (entry(place, now).filter(stored -> newer(stored, offered)).isPresent()) {
            fate = Fate.SUPERSEDED;
        } else {
            entries.put(place, offered);
            fate = Fate.STORED;
        }
        return CompletableFuture.completedFuture(new Filled(fate, held));
    }

    private static boolean newer(Entry stored, Entry offered) {
        if (!stored.answer().identity().equals(offered.answer().identity())) {
            return false;
        }
        int order = stored.answer().version().compareTo(offered.answer().version());
        return order > 0 || (order == 0 && stored.readAt().isAfter(offered.readAt()));
    }

    @Override
    public synchronized CompletableFuture<Released> release(Release release) {
        Instant now = clock.instant();
        Place place = new Place(release.lease().key(), release.lease().partition());
        boolean held = giveBack(place, release.lease().token(), now);
        if (release.why() != Release.Why.UNUSED && hold(place, now) == null) {
            holds.put(place, new Hold(0, now, now.plus(uncacheableTtl)));
        }
        return CompletableFuture.completedFuture(held ? Released.RELEASED : Released.LEASE_EXPIRED);
    }

    @Override
    public synchronized CompletableFuture<Duration> renew(Renewal renewal) {
        Instant now = clock.instant();
        Place place = new Place(renewal.lease().key(), renewal.lease().partition());
        Hold hold = hold(place, now);
        if (hold == null || hold.token() != renewal.lease().token()) {
            return CompletableFuture.completedFuture(Duration.ZERO);
        }
        holds.put(place, new Hold(hold.token(), hold.since(), now.plus(leaseTimeout)));
        return CompletableFuture.completedFuture(leaseTimeout);
    }

    private boolean giveBack(Place place, long token, Instant now) {
        Hold hold = hold(place, now);
        return hold != null && hold.token() == token && holds.remove(place, hold);
    }

    private Optional<Entry> entry(Place place, Instant now) {
        entries.computeIfPresent(
                place,
                (_, entry) ->
                        entry.age(now).compareTo(entry.answer().policy().hardTtl()) < 0
                                ? entry
                                : null);
        return Optional.ofNullable(entries.get(place));
    }

    private @Nullable Hold hold(Place place, Instant now) {
        holds.computeIfPresent(place, (_, hold) -> now.isBefore(hold.until()) ? hold : null);
        return holds.get(place);
    }
}

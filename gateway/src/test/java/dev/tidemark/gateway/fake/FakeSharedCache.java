package dev.tidemark.gateway.fake;

import dev.tidemark.common.wire.Answer;
import dev.tidemark.common.wire.CacheKey;
import dev.tidemark.common.wire.Fill;
import dev.tidemark.common.wire.Lease;
import dev.tidemark.common.wire.Lookup;
import dev.tidemark.common.wire.LookupOutcome;
import dev.tidemark.common.wire.Release;
import dev.tidemark.common.wire.Renewal;
import dev.tidemark.gateway.shared.SharedCache;
import dev.tidemark.gateway.time.MonotonicClock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** The shared cache's rules in memory: entries, leases, and what was lately uncacheable. */
public final class FakeSharedCache implements SharedCache {

    private static final Duration UNCACHEABLE = Duration.ofSeconds(10);
    private static final Duration OVERTAKEN = Duration.ofSeconds(1);

    private final MonotonicClock clock;
    private final Map<CacheKey, Stored> entries = new HashMap<>();
    private final Map<CacheKey, Held> leases = new HashMap<>();
    private final Map<CacheKey, Long> uncacheableUntil = new HashMap<>();
    private long nextToken = 1;

    public @Nullable Lookup lastLookup;
    public int finds;
    public int fills;
    public int renewals;

    /** How long a lease lasts that is not renewed. */
    public volatile Duration leaseTime = Duration.ofSeconds(3);

    /** Until this completes, no fill arrives. */
    public Mono<Void> fillsHeldUp = Mono.empty();

    /** Whether it cannot be asked. */
    public boolean away;

    public FakeSharedCache(MonotonicClock clock) {
        this.clock = clock;
    }

    @Override
    public Mono<LookupOutcome> find(Lookup lookup) {
        return Mono.fromSupplier(() -> look(lookup));
    }

    private synchronized LookupOutcome look(Lookup lookup) {
        if (away) {
            return new LookupOutcome.Unavailable();
        }
        finds++;
        lastLookup = lookup;
        long now = clock.nanos();
        Optional<LookupOutcome.Stored> stored =
                Optional.ofNullable(entries.get(lookup.key()))
                        .map(s ->
                                new LookupOutcome.Stored(s.answer, Duration.ofNanos(now - s.born)))
                        .filter(s -> s.age().compareTo(s.answer().policy().hardTtl()) < 0);
        if (stored.isPresent()
                && stored.get().age().compareTo(stored.get().answer().policy().softTtl()) < 0
                && stored.get().answer().version().compareTo(lookup.notVersion()) > 0) {
            return new LookupOutcome.Hit(stored.get());
        }
        if (uncacheableUntil.getOrDefault(lookup.key(), now) > now) {
            return new LookupOutcome.Uncacheable();
        }
        Held held = leases.get(lookup.key());
        if (held != null && held.until > now) {
            return new LookupOutcome.Awaited(Duration.ofNanos(held.until - now), stored);
        }
        Lease lease = new Lease(lookup.key(), lookup.partition(), nextToken++);
        leases.put(lookup.key(), new Held(lease.token(), now + leaseTime.toNanos()));
        return new LookupOutcome.Leased(lease, stored);
    }

    @Override
    public Mono<Void> fill(Fill fill) {
        return fillsHeldUp.then(Mono.fromRunnable(() -> keep(fill)));
    }

    private synchronized void keep(Fill fill) {
        fills++;
        boolean held = giveBack(fill.lease());
        if (!held && !fill.answer().followed()) {
            // Nobody knows how old it is.
            return;
        }
        Stored young = new Stored(fill.answer(), clock.nanos() - fill.age().toNanos());
        entries.merge(
                fill.lease().key(),
                young,
                (old, other) ->
                        old.answer.version().compareTo(other.answer.version()) > 0 ? old : other);
    }

    @Override
    public Mono<Void> release(Release release) {
        return Mono.fromRunnable(() -> letGo(release));
    }

    private synchronized void letGo(Release release) {
        boolean held = giveBack(release.lease());
        if (release.why() != Release.Why.UNUSED
                && (held || !leases.containsKey(release.lease().key()))) {
            Duration time = release.why() == Release.Why.OVERTAKEN ? OVERTAKEN : UNCACHEABLE;
            uncacheableUntil.put(release.lease().key(), clock.nanos() + time.toNanos());
        }
    }

    @Override
    public Mono<Duration> renew(Renewal renewal) {
        return Mono.fromSupplier(() -> away ? null : hold(renewal));
    }

    private synchronized Duration hold(Renewal renewal) {
        Held held = leases.get(renewal.lease().key());
        if (held == null || held.token != renewal.lease().token()) {
            return Duration.ZERO;
        }
        renewals++;
        leases.put(
                renewal.lease().key(), new Held(held.token, clock.nanos() + leaseTime.toNanos()));
        return leaseTime;
    }

    private boolean giveBack(Lease lease) {
        Held held = leases.get(lease.key());
        return held != null && held.token == lease.token() && leases.remove(lease.key()) != null;
    }

    /** Another gateway takes the lease. */
    public synchronized Lease lease(CacheKey key) {
        Lease lease = new Lease(key, "", nextToken++);
        leases.put(key, new Held(lease.token(), clock.nanos() + leaseTime.toNanos()));
        return lease;
    }

    public synchronized int leased() {
        return leases.size();
    }

    private record Stored(Answer answer, long born) {}

    private record Held(long token, long until) {}
}

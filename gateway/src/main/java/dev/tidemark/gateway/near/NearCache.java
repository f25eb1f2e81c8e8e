package dev.tidemark.gateway.near;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.RemovalCause;
import dev.tidemark.common.wire.Answer;
import dev.tidemark.common.wire.CacheKey;
import dev.tidemark.common.wire.DatabaseIdentity;
import dev.tidemark.gateway.feed.Follower;
import dev.tidemark.gateway.time.MonotonicClock;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

/**
 * The answers that this gateway holds, bounded by bytes.
 *
 * <p>Nothing is ever removed because of a change: on every hit the follower is asked whether it
 * knows of one, and what is not valid any more leaves by its hard TTL or by eviction.
 */
public final class NearCache {

    private final Cache<CacheKey, Entry> entries;
    private final Follower follower;
    private final MonotonicClock clock;
    private final LongAdder evictions = new LongAdder();

    public NearCache(long bytesMax, Follower follower, MonotonicClock clock) {
        this.follower = follower;
        this.clock = clock;
        this.entries =
                Caffeine.newBuilder()
                        .maximumWeight(bytesMax)
                        .weigher((CacheKey key, Entry entry) -> entry.bytes())
                        .expireAfter(new HardTtl())
                        .ticker(clock::nanos)
                        // Maintenance is short, and this way nothing happens behind a test's back.
                        .executor(Runnable::run)
                        .evictionListener((key, entry, cause) -> {
                            if (cause == RemovalCause.SIZE) {
                                evictions.increment();
                            }
                        })
                        .build();
    }

    public Found find(CacheKey key) {
        Entry entry = entries.getIfPresent(key);
        return entry == null ? Found.Absent.INSTANCE : judge(entry);
    }

    public long ageNanos(Entry entry) {
        return entry.age(clock.nanos()).toNanos();
    }

    /** What an entry is worth by what this node knows now, wherever it comes from. */
    public Found judge(Entry entry) {
        long staleness =
                follower.stalenessNanos(entry.answer(), entry.bornNanos(), entry.fetchedHere());
        if (staleness == Follower.INVALID) {
            return new Found.Invalid(entry);
        }
        if (entry.answer().followed() && follower.isBeyondBound(staleness)) {
            return new Found.Unvouched(entry);
        }
        return entry.isFresh(clock.nanos())
                ? new Found.Fresh(entry, staleness)
                : new Found.Stale(entry, staleness);
    }

    /**
     * Whatever there is within its hard TTL, stale or invalid, for when the origin fails; but not
     * what the log used to tell of and that belongs to another history, which may never have been.
     */
    public Optional<Entry> findLastResort(CacheKey key) {
        long now = clock.nanos();
        return Optional.ofNullable(entries.getIfPresent(key))
                .filter(entry -> !entry.isGone(now) && !isOfAnotherHistory(entry.answer()));
    }

    /** Keeps the entry, unless what is there was read in a later snapshot. */
    public void put(CacheKey key, Entry entry) {
        if (entry.isGone(clock.nanos())) {
            return;
        }
        entries.asMap().merge(key, entry, (old, young) -> young.replaces(old) ? young : old);
    }

    private boolean isOfAnotherHistory(Answer answer) {
        DatabaseIdentity here = follower.identity();
        return answer.followed()
                && !here.equals(DatabaseIdentity.UNKNOWN)
                && !here.equals(answer.identity());
    }

    long bytes() {
        return entries.policy()
                .eviction()
                .map(eviction -> eviction.weightedSize().orElse(0))
                .orElse(0L);
    }

    long size() {
        return entries.estimatedSize();
    }

    long evictions() {
        return evictions.sum();
    }

    /** From the entry's birth, not from when it came here. */
    private final class HardTtl implements Expiry<CacheKey, Entry> {

        @Override
        public long expireAfterCreate(CacheKey key, Entry entry, long currentTime) {
            long age = clock.nanos() - entry.bornNanos();
            return Math.max(0, entry.answer().policy().hardTtl().toNanos() - age);
        }

        @Override
        public long expireAfterUpdate(
                CacheKey key, Entry entry, long currentTime, long currentDuration) {
            return expireAfterCreate(key, entry, currentTime);
        }

        @Override
        public long expireAfterRead(
                CacheKey key, Entry entry, long currentTime, long currentDuration) {
            return currentDuration;
        }
    }
}

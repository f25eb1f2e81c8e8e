package dev.tidemark.gateway.near;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.RemovalCause;
import dev.tidemark.common.tag.TagClock;
import dev.tidemark.common.wire.CacheKey;
import dev.tidemark.gateway.time.MonotonicClock;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

/**
 * The answers that this gateway holds, bounded by bytes.
 *
 * <p>Nothing is ever removed because of a change: an entry is asked on every hit whether the tag
 * clock knows of one, and what is not valid any more leaves by its hard TTL or by eviction.
 */
public final class NearCache {

    private final Cache<CacheKey, Entry> entries;
    private final TagClock tagClock;
    private final MonotonicClock clock;
    private final LongAdder evictions = new LongAdder();

    public NearCache(long bytesMax, TagClock tagClock, MonotonicClock clock) {
        this.tagClock = tagClock;
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
        if (entry == null) {
            return Found.Absent.INSTANCE;
        }
        if (!isValid(entry)) {
            return new Found.Invalid(entry);
        }
        return entry.isFresh(clock.nanos()) ? new Found.Fresh(entry) : new Found.Stale(entry);
    }

    /** Whatever there is within its hard TTL, stale or invalid, for when the origin fails. */
    public Optional<Entry> findLastResort(CacheKey key) {
        long now = clock.nanos();
        return Optional.ofNullable(entries.getIfPresent(key)).filter(entry -> !entry.isGone(now));
    }

    /** Keeps the entry, unless what is there was read in a later snapshot. */
    public void put(CacheKey key, Entry entry) {
        if (entry.isGone(clock.nanos())) {
            return;
        }
        entries.asMap().merge(key, entry, (old, young) -> young.replaces(old) ? young : old);
    }

    /** Whether no change is known that the entry has not seen. Says nothing about its age. */
    public boolean isValid(Entry entry) {
        return tagClock.isValid(entry.answer().version(), entry.answer().tags());
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

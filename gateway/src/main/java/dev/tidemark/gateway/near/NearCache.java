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
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The answers that this gateway holds, bounded by bytes. What is hot stays when others must go.
 *
 * <p>Nothing is ever removed because of a change: on every hit the follower is asked whether it
 * knows of one, and what is not valid any more leaves by its hard TTL or by eviction.
 */
public final class NearCache {

    private final Cache<CacheKey, Entry> entries;
    private final Follower follower;
    private final MonotonicClock clock;
    private final LongAdder evictions = new LongAdder();
    private final Predicate<CacheKey> hot;
    private final Pins pins;

    /** One in which no key is hot. */
    public NearCache(long bytesMax, Follower follower, MonotonicClock clock) {
        this(bytesMax, 0, key -> false, follower, clock);
    }

    /**
     * @param pinnedBytesMax beyond the others, for entries of hot keys
     * @param hot which keys are
     */
    public NearCache(
            long bytesMax,
            long pinnedBytesMax,
            Predicate<CacheKey> hot,
            Follower follower,
            MonotonicClock clock) {
        this.hot = hot;
        this.pins = new Pins(pinnedBytesMax);
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
        Entry entry = at(key);
        return entry == null ? Found.Absent.INSTANCE : judge(entry);
    }

    /** The same without counting as a read. */
    public Found peek(CacheKey key) {
        Entry entry = entries.policy().getIfPresentQuietly(key);
        if (entry == null) {
            entry = pinned(key);
        }
        return entry == null ? Found.Absent.INSTANCE : judge(entry);
    }

    private @Nullable Entry at(CacheKey key) {
        Entry entry = entries.getIfPresent(key);
        return entry == null ? pinned(key) : entry;
    }

    private @Nullable Entry pinned(CacheKey key) {
        Entry entry = pins.get(key);
        return entry == null || entry.isGone(clock.nanos()) ? null : entry;
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
        return Optional.ofNullable(at(key))
                .filter(entry -> !entry.isGone(now) && !isOfAnotherHistory(entry.answer()));
    }

    /** Keeps the entry, unless what is there was read in a later snapshot. */
    public void put(CacheKey key, Entry entry) {
        if (entry.isGone(clock.nanos())) {
            return;
        }
        entries.asMap().merge(key, entry, (old, young) -> young.replaces(old) ? young : old);
        if (hot.test(key)) {
            pins.put(key, entry);
        }
    }

    /** Holds on to the entry of a key that has become hot, if there is one. */
    public void pin(CacheKey key) {
        Entry entry = entries.policy().getIfPresentQuietly(key);
        if (entry != null) {
            pins.put(key, entry);
        }
    }

    /** Lets go of those that are not hot any more. */
    public void unpinCold() {
        pins.removeIf(key -> !hot.test(key));
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

    long pinnedBytes() {
        return pins.bytes();
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

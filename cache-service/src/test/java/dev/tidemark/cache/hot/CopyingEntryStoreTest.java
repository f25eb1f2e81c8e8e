package dev.tidemark.cache.hot;

import static dev.tidemark.cache.entry.Entries.answer;
import static dev.tidemark.cache.entry.Entries.lookup;
import static dev.tidemark.cache.entry.Entries.randomKey;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.cache.entry.EntryStore;
import dev.tidemark.cache.entry.EntryStoreContract;
import dev.tidemark.cache.entry.Filled;
import dev.tidemark.cache.entry.Found;
import dev.tidemark.cache.entry.InMemoryEntryStore;
import dev.tidemark.cache.entry.Released;
import dev.tidemark.common.hot.HotKeys;
import dev.tidemark.common.hot.HotLimits;
import dev.tidemark.common.tag.Version;
import dev.tidemark.common.wire.CacheKey;
import dev.tidemark.common.wire.Fill;
import dev.tidemark.common.wire.Lease;
import dev.tidemark.common.wire.Lookup;
import dev.tidemark.common.wire.LookupOutcome.Hit;
import dev.tidemark.common.wire.LookupOutcome.Leased;
import dev.tidemark.common.wire.Release;
import dev.tidemark.common.wire.Renewal;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** Holds the copies of hot keys to the rules of a store, where every key is hot. */
class CopyingEntryStoreTest extends EntryStoreContract {

    private static final Duration COPY_FOR = Duration.ofMillis(200);

    private Duration now = Duration.ofDays(1);
    private int askedRedis;
    private boolean redisIsSlow;
    private int copied;

    private final InMemoryEntryStore redis =
            new InMemoryEntryStore(() -> Instant.EPOCH.plus(now), LEASE_TIMEOUT, UNCACHEABLE_TTL);
    private final HotKeys keys =
            new HotKeys(
                    new HotLimits(100, 10_000, Duration.ofHours(24)),
                    1,
                    () -> now.toNanos(),
                    () -> 0);
    private final Copies copies = new Copies(100_000);
    private final CopyingEntryStore store = copying(copies);

    private CopyingEntryStore copying(Copies copies) {
        return new CopyingEntryStore(
                new Counted(), keys, copies, COPY_FOR, () -> copied++, () -> now.toNanos());
    }

    /** What stands for Redis, and how often it was asked. */
    private final class Counted implements EntryStore {

        @Override
        public CompletableFuture<Found> find(Lookup lookup) {
            askedRedis++;
            return redisIsSlow ? new CompletableFuture<>() : redis.find(lookup);
        }

        @Override
        public CompletableFuture<Filled> fill(Fill fill) {
            return redis.fill(fill);
        }

        @Override
        public CompletableFuture<Released> release(Release release) {
            return redis.release(release);
        }

        @Override
        public CompletableFuture<Duration> renew(Renewal renewal) {
            return redis.renew(renewal);
        }
    }

    @Override
    protected EntryStore store() {
        keys.hear(key);
        return store;
    }

    @Override
    protected void await(BooleanSupplier condition) {
        int tries = 0;
        while (!condition.getAsBoolean()) {
            assertThat(++tries).as("steps of 50 ms").isLessThan(100);
            pass(Duration.ofMillis(50));
        }
    }

    private void pass(Duration time) {
        now = now.plus(time);
    }

    /** Past this instance: by another one. */
    private void filled(CacheKey key, long version, Duration age) {
        redis.fill(new Fill(new Lease(key, "", 4711), answer(version), age)).join();
    }

    private Hit hit(Lookup lookup) {
        return (Hit) store.find(lookup).join().outcome();
    }

    @Test
    void hotKey_isAskedForOnceInAWhile_andItsAgeGoesOn() {
        keys.hear(key);
        filled(key, 7, Duration.ofSeconds(1));
        for (int i = 0; i < 100; i++) {
            Hit hit = hit(lookup(key));
            assertThat(hit.stored().answer()).isEqualTo(answer(7));
            assertThat(hit.stored().age()).isEqualTo(Duration.ofMillis(1000 + 10 * i));
            pass(Duration.ofMillis(10));
        }

        assertThat(askedRedis).isEqualTo(5);
        assertThat(copied).isEqualTo(95);
    }

    @Test
    void whileRedisIsSlow_oneWaitsForIt_andTheOthersHaveTheCopy_butNotForEver() {
        keys.hear(key);
        filled(key, 7, Duration.ZERO);
        hit(lookup(key));
        redisIsSlow = true;
        pass(COPY_FOR);
        CompletableFuture<Found> one = store.find(lookup(key));
        assertThat(one).isNotDone();
        for (int i = 0; i < 10; i++) {
            assertThat(hit(lookup(key)).stored().age()).isEqualTo(COPY_FOR);
        }
        assertThat(askedRedis).isEqualTo(2);

        pass(COPY_FOR);
        assertThat(store.find(lookup(key))).isNotDone();
        assertThat(askedRedis).isEqualTo(3);
    }

    @Test
    void keyThatIsNotHot_isAlwaysAskedFor() {
        filled(key, 7, Duration.ZERO);
        for (int i = 0; i < 10; i++) {
            hit(lookup(key));
        }

        assertThat(askedRedis).isEqualTo(10);
        assertThat(copies.bytes()).isZero();
    }

    @Test
    void keyBecomesHot_byBeingAskedFor() {
        filled(key, 7, Duration.ZERO);
        for (int i = 0; i < 40; i++) {
            hit(lookup(key));
            pass(Duration.ofMillis(10));
        }
        assertThat(keys.isHot(key)).isFalse();
        keys.turn();

        assertThat(keys.isHot(key)).isTrue();
    }

    @Test
    void whoRefusedTheCopysVersion_isAnsweredByRedis() {
        keys.hear(key);
        filled(key, 7, Duration.ZERO);
        hit(lookup(key));

        assertThat(store.find(lookup(key, new Version(7))).join().outcome())
                .isInstanceOf(Leased.class);
        assertThat(hit(lookup(key, new Version(6))).stored().answer()).isEqualTo(answer(7));
        filled(key, 8, Duration.ZERO);
        assertThat(hit(lookup(key, new Version(7))).stored().answer()).isEqualTo(answer(8));
        // Which is what there is a copy of from now on.
        int asked = askedRedis;
        assertThat(hit(lookup(key, new Version(7))).stored().answer()).isEqualTo(answer(8));
        assertThat(askedRedis).isEqualTo(asked);
    }

    @Test
    void fillThroughThisInstance_isFoundAtOnce() {
        keys.hear(key);
        filled(key, 7, Duration.ZERO);
        hit(lookup(key));
        store.fill(new Fill(new Lease(key, "", 1), answer(8), Duration.ZERO)).join();

        assertThat(hit(lookup(key)).stored().answer()).isEqualTo(answer(8));
    }

    @Test
    void closeToItsSoftTtl_whereItIsFetchedAgain_redisIsAsked() {
        keys.hear(key);
        // Soft after a minute, fetched again from a second before that on.
        filled(key, 7, Duration.ofMillis(57_950));
        hit(lookup(key));
        hit(lookup(key));
        assertThat(askedRedis).isEqualTo(1);
        pass(Duration.ofMillis(50));
        hit(lookup(key));
        hit(lookup(key));
        assertThat(askedRedis).isEqualTo(3);
        filled(key, 7, Duration.ZERO);

        assertThat(hit(lookup(key)).stored().age()).isZero();
    }

    @Test
    void copy_isOfItsPartitionOnly() {
        keys.hear(key);
        filled(key, 7, Duration.ZERO);
        hit(lookup(key));

        assertThat(store.find(lookup(key, "other")).join().outcome()).isInstanceOf(Leased.class);
    }

    @Test
    void copies_takeNoMoreRoomThanTheyMay_andGiveItBack() {
        for (int i = 0; i < 1_000; i++) {
            CacheKey other = randomKey();
            keys.hear(other);
            filled(other, 7, Duration.ZERO);
            hit(lookup(other));
            assertThat(copies.bytes()).isLessThanOrEqualTo(100_000);
        }
        assertThat(copies.bytes()).isPositive();
        pass(COPY_FOR.multipliedBy(2));
        store.sweep();
        assertThat(copies.bytes()).isZero();
    }
}

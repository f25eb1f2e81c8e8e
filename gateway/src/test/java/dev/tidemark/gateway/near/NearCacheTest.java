package dev.tidemark.gateway.near;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.tidemark.common.tag.Lsn;
import dev.tidemark.common.tag.Tag;
import dev.tidemark.common.tag.Tags;
import dev.tidemark.common.tag.Version;
import dev.tidemark.common.wire.Answer;
import dev.tidemark.common.wire.BodyEncoding;
import dev.tidemark.common.wire.CacheKey;
import dev.tidemark.common.wire.DatabaseIdentity;
import dev.tidemark.common.wire.LookupOutcome;
import dev.tidemark.common.wire.Policy;
import dev.tidemark.gateway.feed.FakeLog;
import dev.tidemark.gateway.feed.Follower;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import reactor.core.scheduler.Schedulers;

class NearCacheTest {

    private static final CacheKey KEY = new CacheKey(1, 2);
    private static final Tag FILM = Tag.row("film", "1");
    private static final DatabaseIdentity HERE = new DatabaseIdentity(1, 1, 1, 1);
    private static final DatabaseIdentity ELSEWHERE = new DatabaseIdentity(1, 2, 1, 1);

    /** Begins below zero, as {@code System.nanoTime} may. */
    private final AtomicLong now = new AtomicLong(-Duration.ofDays(1).toNanos());

    private final FakeLog log = new FakeLog(HERE, 1);
    private final Follower follower =
            new Follower(1024, Duration.ofSeconds(5), now::get, Schedulers.immediate());
    private final NearCache near = new NearCache(100_000, follower, now::get);

    NearCacheTest() {
        log.tell(follower);
    }

    private void pass(Duration duration) {
        now.addAndGet(duration.toNanos());
        log.isComplete(now.get());
    }

    private Entry entry(long version) {
        return entry(version, HERE, 10);
    }

    private Entry entry(long version, DatabaseIdentity identity, int bodyBytes) {
        return new Entry(
                new Answer(
                        200,
                        List.of(),
                        new byte[bodyBytes],
                        new Version(version),
                        Lsn.UNKNOWN,
                        Tags.of(List.of(FILM)),
                        new Policy(
                                Duration.ofSeconds(60),
                                Duration.ofSeconds(600),
                                Duration.ZERO,
                                true),
                        identity,
                        true),
                now.get());
    }

    private long versionFound() {
        return near.findLastResort(KEY).orElseThrow().answer().version().xmin();
    }

    @Test
    void entry_isFreshUntilItsSoftTtl_andThereUntilItsHardTtl() {
        assertThat(near.find(KEY)).isInstanceOf(Found.Absent.class);
        near.put(KEY, entry(5));
        pass(Duration.ofMillis(59_999));
        assertThat(near.find(KEY)).isInstanceOf(Found.Fresh.class);
        pass(Duration.ofMillis(1));
        assertThat(near.find(KEY)).isInstanceOf(Found.Stale.class);
        pass(Duration.ofSeconds(539));
        assertThat(near.findLastResort(KEY)).isPresent();
        pass(Duration.ofSeconds(1));
        assertThat(near.findLastResort(KEY)).isEmpty();
        assertThat(near.find(KEY)).isInstanceOf(Found.Absent.class);
    }

    @Test
    void age_countsWhatTheEntryCameWithAndTheWayHere() {
        long asked = now.get();
        pass(Duration.ofMillis(20));
        Entry stored =
                Entry.of(
                        new LookupOutcome.Stored(entry(5).answer(), Duration.ofSeconds(30)), asked);
        near.put(KEY, stored);
        pass(Duration.ofSeconds(5));

        assertThat(stored.age(now.get())).isEqualTo(Duration.ofMillis(35_020));
        assertThat(stored.softTtlLeft(now.get())).isEqualTo(Duration.ofMillis(24_980));
        pass(Duration.ofSeconds(565));
        assertThat(near.findLastResort(KEY)).isEmpty();
    }

    /** The way of its fill is missing in its age, so a change in that time would be. */
    @Test
    void staleness_ofWhatAnotherGatewayFetched_isTheLogs_notItsAge() {
        Entry own = entry(5);
        Entry anothers = new Entry(own.answer(), own.bornNanos(), false);
        now.addAndGet(Duration.ofMillis(20).toNanos());
        assertThat(near.judge(own)).isEqualTo(new Found.Fresh(own, 20_000_000));
        log.isComplete(now.get());
        now.addAndGet(Duration.ofMillis(300).toNanos());
        assertThat(near.judge(new Entry(own.answer(), now.get(), false)))
                .asInstanceOf(type(Found.Fresh.class))
                .satisfies(fresh -> assertThat(fresh.stalenessNanos()).isEqualTo(300_000_000));
        assertThat(near.judge(anothers)).isInstanceOf(Found.Fresh.class);
    }

    @Test
    void entry_isValidOnlyAboveEveryStampOfItsTags() {
        near.put(KEY, entry(5));
        log.changed(Tags.of(List.of(FILM)), 4);
        assertThat(near.find(KEY)).isInstanceOf(Found.Fresh.class);
        log.changed(Tags.of(List.of(FILM)), 5);
        assertThat(near.find(KEY)).isInstanceOf(Found.Invalid.class);
        near.put(KEY, entry(6));
        assertThat(near.find(KEY)).isInstanceOf(Found.Fresh.class);
    }

    @Test
    void entryOfAHigherVersion_isNeverReplaced() {
        near.put(KEY, entry(7));
        near.put(KEY, entry(6));
        assertThat(versionFound()).isEqualTo(7);
        near.put(KEY, entry(8));
        assertThat(versionFound()).isEqualTo(8);
    }

    @Test
    void sameVersion_theYoungerStays() {
        Entry old = entry(7);
        pass(Duration.ofSeconds(10));
        Entry young = entry(7);
        near.put(KEY, young);
        near.put(KEY, old);

        assertThat(near.findLastResort(KEY)).contains(young);
    }

    @Test
    void anotherHistory_isNotCompared() {
        near.put(KEY, entry(7));
        Entry other = entry(3, ELSEWHERE, 10);
        near.put(KEY, other);
        assertThat(near.find(KEY)).isEqualTo(new Found.Invalid(other));
        assertThat(near.findLastResort(KEY)).isEmpty();
    }

    @Test
    void size_isBoundedByBytes() {
        for (int i = 0; i < 100; i++) {
            near.put(new CacheKey(i, i), entry(5, HERE, 10_000));
        }

        assertThat(near.bytes()).isLessThanOrEqualTo(100_000);
        assertThat(near.size()).isLessThan(10);
        assertThat(near.evictions()).isGreaterThanOrEqualTo(90);
    }

    @Test
    void packedBody_weighsWhatIsStored() {
        Entry plain = entry(5, HERE, 10_000);
        near.put(
                KEY,
                new Entry(
                        plain.answer().withBody(new byte[100], BodyEncoding.GZIP),
                        plain.bornNanos()));

        assertThat(near.bytes()).isLessThan(1000);
    }

    @Test
    void unknownVersion_isNeverValid() {
        near.put(KEY, entry(0));
        assertThat(near.find(KEY)).isInstanceOf(Found.Invalid.class);
    }

    @Test
    void hotEntry_staysWhateverElseComes_untilItIsCold() {
        Set<CacheKey> hot = new HashSet<>();
        NearCache cache = new NearCache(100_000, 10_000, hot::contains, follower, now::get);
        cache.put(KEY, entry(5));
        hot.add(KEY);
        cache.pin(KEY);
        CacheKey heardOf = new CacheKey(3, 4);
        hot.add(heardOf);
        cache.put(heardOf, entry(5));
        flood(cache);

        assertThat(cache.find(KEY)).isInstanceOf(Found.Fresh.class);
        assertThat(cache.peek(KEY)).isInstanceOf(Found.Fresh.class);
        assertThat(cache.find(heardOf)).isInstanceOf(Found.Fresh.class);
        assertThat(cache.bytes()).isLessThanOrEqualTo(100_000);
        log.changed(Tags.of(List.of(FILM)), 7);
        assertThat(cache.find(KEY)).as("checked like any other").isInstanceOf(Found.Invalid.class);

        hot.clear();
        cache.unpinCold();
        assertThat(cache.pinnedBytes()).isZero();
        flood(cache);
        assertThat(cache.find(KEY)).isInstanceOf(Found.Absent.class);
    }

    /** With entries that are read often enough to drive out whatever may be driven out. */
    private void flood(NearCache cache) {
        for (int i = 0; i < 200; i++) {
            CacheKey other = new CacheKey(i, now.incrementAndGet());
            for (int times = 0; times < 20; times++) {
                cache.put(other, entry(5, HERE, 5_000));
            }
        }
    }

    @Test
    void hotEntries_takeNoMoreRoomThanTheyMay_andTheLatestIsKept() {
        NearCache cache = new NearCache(100_000, 10_000, key -> true, follower, now::get);
        cache.put(KEY, entry(5));
        long small = cache.pinnedBytes();
        cache.put(KEY, entry(6, HERE, 100));
        assertThat(cache.pinnedBytes()).isEqualTo(small + 90);
        cache.put(KEY, entry(5));
        assertThat(cache.pinnedBytes()).as("an older one changes nothing").isEqualTo(small + 90);
        for (int i = 0; i < 100; i++) {
            cache.put(new CacheKey(9, i), entry(5, HERE, 1_000));
            assertThat(cache.pinnedBytes()).isLessThanOrEqualTo(10_000);
        }
        cache.put(KEY, entry(7, HERE, 20_000));
        flood(cache);
        assertThat(cache.find(KEY)).as("not the old one").isInstanceOf(Found.Absent.class);
    }

    @Test
    void hotEntry_isGoneWithItsHardTtl() {
        NearCache cache = new NearCache(100_000, 10_000, key -> true, follower, now::get);
        cache.put(KEY, entry(5));
        pass(Duration.ofMinutes(10));

        assertThat(cache.find(KEY)).isInstanceOf(Found.Absent.class);
        assertThat(cache.findLastResort(KEY)).isEmpty();
    }
}

package dev.tidemark.cache.invalidation;

import static dev.tidemark.cache.entry.Entries.lookup;
import static dev.tidemark.cache.entry.Entries.randomKey;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.tidemark.cache.entry.Entries;
import dev.tidemark.cache.entry.EntryStore;
import dev.tidemark.cache.entry.Filled;
import dev.tidemark.cache.entry.Found;
import dev.tidemark.cache.entry.Found.Reason;
import dev.tidemark.cache.entry.InMemoryEntryStore;
import dev.tidemark.cache.entry.Released;
import dev.tidemark.common.tag.Version;
import dev.tidemark.common.wire.Answer;
import dev.tidemark.common.wire.CacheKey;
import dev.tidemark.common.wire.Fill;
import dev.tidemark.common.wire.Lease;
import dev.tidemark.common.wire.Lookup;
import dev.tidemark.common.wire.LookupOutcome.Awaited;
import dev.tidemark.common.wire.LookupOutcome.Hit;
import dev.tidemark.common.wire.LookupOutcome.Leased;
import dev.tidemark.common.wire.Release;
import dev.tidemark.common.wire.Renewal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ValidatingEntryStoreTest {

    private final CacheKey key = randomKey();
    private final InMemoryEntryStore redis =
            new InMemoryEntryStore(
                    () -> Instant.EPOCH, Duration.ofSeconds(3), Duration.ofSeconds(10));
    private final List<Lookup> asked = new ArrayList<>();
    private final AtomicLong nanos = new AtomicLong();

    /** What is filled as soon as the store was asked. */
    private final List<Answer> fills = new ArrayList<>();

    private long validFrom;

    private final EntryStore store =
            new ValidatingEntryStore(
                    new EntryStore() {
                        @Override
                        public CompletableFuture<Found> find(Lookup lookup) {
                            asked.add(lookup);
                            return redis.find(lookup)
                                    .whenComplete((_, _) -> {
                                        if (!fills.isEmpty()) {
                                            put(fills.removeFirst());
                                        }
                                    });
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
                    },
                    answer -> answer.version().xmin() >= validFrom,
                    nanos::get);

    @Test
    void validEntry_isAHitAtOnce() {
        put(answer(7));
        assertThat(find().reason()).isEqualTo(Reason.HIT);
        assertThat(asked).hasSize(1);
    }

    @Test
    void invalidEntry_isLeasedToOneAndAwaitedByOthers() {
        put(answer(7));
        validFrom = 8;
        Found first = find();
        assertThat(first.reason()).isEqualTo(Reason.INVALID);
        assertThat(first.outcome())
                .asInstanceOf(type(Leased.class))
                .satisfies(leased ->
                        assertThat(leased.last().orElseThrow().answer()).isEqualTo(answer(7)));
        Found second = find();
        assertThat(second.reason()).isEqualTo(Reason.INVALID);
        assertThat(second.outcome()).isInstanceOf(Awaited.class);

        put(answer(8));
        assertThat(find().reason()).isEqualTo(Reason.HIT);
    }

    @Test
    void entryOfUnknownVersion_isRefusedToo() {
        put(answer(0));
        validFrom = 1;
        assertThat(find().outcome()).isInstanceOf(Leased.class);
    }

    @Test
    void validEntryThatCameMeanwhile_isAHit() {
        put(answer(7));
        fills.add(answer(9));
        validFrom = 8;
        Found found = find();
        assertThat(found.reason()).isEqualTo(Reason.HIT);
        assertThat(((Hit) found.outcome()).stored().answer()).isEqualTo(answer(9));
    }

    @Test
    void invalidEntriesThatComeAgainAndAgain_endWithTheLease() {
        put(answer(7));
        fills.addAll(List.of(answer(8), answer(9), answer(10)));
        validFrom = 100;
        Found found = find();
        assertThat(found.reason()).isEqualTo(Reason.INVALID);
        assertThat(found.outcome()).isInstanceOf(Leased.class);
        assertThat(asked).hasSize(3);
        assertThat(asked.getLast().notVersion()).isEqualTo(new Version(Long.MAX_VALUE));
    }

    @Test
    void lookup_isUnavailableWhenItsTimeIsUp() {
        put(answer(7));
        validFrom = 8;
        CompletableFuture<Found> slow =
                new ValidatingEntryStore(
                                redis,
                                _ -> {
                                    nanos.addAndGet(Duration.ofMillis(30).toNanos());
                                    return false;
                                },
                                nanos::get)
                        .find(lookup(key, Duration.ofMillis(20)));
        assertThat(slow.join()).isEqualTo(Found.UNAVAILABLE);
    }

    @Test
    void otherOutcomes_areAsTheyWere() {
        assertThat(find().reason()).isEqualTo(Reason.MISS);
        put(answer(7));
        assertThat(store.find(lookup(key, new Version(7))).join().reason())
                .isEqualTo(Reason.REFUSED);
    }

    /** The store keeps what has only its age under its lease alone. */
    private static Answer answer(long version) {
        return Entries.followed(Entries.answer(version));
    }

    private Found find() {
        return store.find(lookup(key)).join();
    }

    private void put(Answer answer) {
        redis.fill(new Fill(new Lease(key, "", -1), answer, Duration.ZERO)).join();
    }
}

package dev.tidemark.gateway.aside;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.common.wire.Fill;
import dev.tidemark.common.wire.Lease;
import dev.tidemark.common.wire.Policy;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Where an answer comes from, and what a request's own wishes change. */
class ReadFlowTest {

    private final Bench bench = new Bench();

    private void filled() {
        bench.read();
        bench.origin.last().answer();
    }

    @Test
    void secondGateway_findsWhatTheFirstFilled() {
        filled();
        bench.pass(Duration.ofSeconds(3));
        ReadFlow other = bench.gateway();

        assertThat(bench.read(other).status())
                .isEqualTo("tidemark-shared; hit; ttl=57, tidemark-near; fwd=miss; stored");
        bench.pass(Duration.ofSeconds(3));
        // The age goes on from where it came with.
        assertThat(bench.read(other).status()).isEqualTo("tidemark-near; hit; ttl=54");
    }

    @Test
    void sampler_isToldOfWhatACacheAnswered_andOfNothingElse() {
        bench.samples.want();
        filled();
        assertThat(bench.samples.keys).isEmpty();
        bench.read();
        assertThat(bench.samples.keys).containsExactly(Bench.key());

        bench.samples.want();
        bench.read(bench.gateway());
        bench.read();
        assertThat(bench.samples.keys).containsExactly(Bench.key(), Bench.key());
    }

    @Test
    void sampler_takesNothingThatIsTimeOnly() {
        bench.database.followed = false;
        filled();
        bench.samples.want();
        bench.read();

        assertThat(bench.samples.keys).isEmpty();
    }

    @Test
    void answer_goesOutBeforeTheFill() {
        Bench.Reading reading = bench.read();
        bench.origin.last().answer();

        assertThat(reading.fillsWhenServed).isZero();
        assertThat(bench.shared.fills).isOne();
    }

    @Test
    void sharedHit_thatThisNodeKnowsInvalid_isRefusedByItsVersion() {
        filled();
        bench.database.write("film");
        ReadFlow other = bench.gateway();
        Bench.Reading reading = bench.read(other);

        // The second look-up names the version refused, and so gets the lease.
        assertThat(bench.shared.finds).isEqualTo(3);
        bench.origin.last().answer();
        reading.sawWrites(1);
        assertThat(bench.shared.fills).isEqualTo(2);
    }

    @Test
    void pastSoftTtl_isFetchedAnew() {
        filled();
        bench.pass(Duration.ofSeconds(61));
        bench.database.write("film");
        Bench.Reading reading = bench.read();
        bench.origin.last().answer();

        reading.sawWrites(1);
        assertThat(reading.status()).contains("tidemark-near; fwd=miss");
    }

    @Test
    void originFails_pastSoftTtl_staleIsServedAndMarked() {
        filled();
        bench.pass(Duration.ofSeconds(72));
        Bench.Reading reading = bench.read();
        bench.origin.last().fail();

        assertThat(reading.status())
                .isEqualTo("tidemark-near; hit; ttl=-12; detail=stale-if-error");
        assertThat(reading.whole().stale()).isTrue();
    }

    @Test
    void originFails_knownToBeInvalid_isServedTooAndMarked() {
        filled();
        bench.database.write("film");
        Bench.Reading reading = bench.read();
        bench.origin.last().refuse(500);

        assertThat(reading.status()).endsWith("detail=stale-if-error");
        reading.sawWrites(0);
    }

    @Test
    void originFails_forWhoWantsRecent_isAProblem() {
        filled();
        bench.pass(Duration.ofSeconds(72));
        String[][] wishes = {
            {"Cache-Control", "no-cache"},
            {"Cache-Control", "max-age=70"},
            {"Tidemark-Max-Staleness", "100s"},
            {"Tidemark-Token", bench.token()},
        };
        for (String[] wish : wishes) {
            Bench.Reading reading = bench.read(wish);
            bench.origin.last().fail();
            assertThat(reading.problem()).as(wish[1]).isEqualTo(503);
        }
        Bench.Reading tolerant = bench.read("Cache-Control", "max-age=100");
        bench.origin.last().fail();
        assertThat(tolerant.whole().stale()).isTrue();
    }

    @Test
    void originFails_pastHardTtl_isAProblem() {
        filled();
        bench.pass(Duration.ofMinutes(61));
        Bench.Reading reading = bench.read();
        bench.origin.last().fail();

        assertThat(reading.problem()).isEqualTo(503);
    }

    @Test
    void originFails_lastOfTheSharedCache_isServed() {
        filled();
        bench.pass(Duration.ofSeconds(72));
        ReadFlow other = bench.gateway();
        Bench.Reading reading = bench.read(other);
        bench.origin.last().fail();

        assertThat(reading.whole().stale()).isTrue();
    }

    @Test
    void noCache_isFetchedAndFillsForAll() {
        filled();
        bench.pass(Duration.ofSeconds(1));
        Bench.Reading fresh = bench.read("Cache-Control", "no-cache");
        assertThat(fresh.isOver()).isFalse();
        bench.pass(Duration.ofSeconds(1));
        bench.origin.last().answer();

        assertThat(fresh.status()).isEqualTo("tidemark-near; fwd=request; fwd-status=200; stored");
        assertThat(bench.shared.fills).isEqualTo(2);
        // Its age counts from when the origin was asked.
        assertThat(bench.read().status()).isEqualTo("tidemark-near; hit; ttl=59");
    }

    @Test
    void noCache_sharesOnlyAFetchThatBeganAfterItAsked() {
        filled();
        Bench.Reading first = bench.read("Cache-Control", "no-cache");
        bench.pass(Duration.ofMillis(5));
        Bench.Reading second = bench.read("Cache-Control", "no-cache");
        Bench.Reading third = bench.read("Cache-Control", "no-cache");
        bench.origin.last().answer();

        assertThat(first.isOver()).isTrue();
        assertThat(second.isOver()).isFalse();
        bench.origin.last().answer();
        assertThat(second.isOver()).isTrue();
        assertThat(third.isOver()).isTrue();
        assertThat(bench.origin.fetches).hasSize(3);
    }

    @Test
    void noCache_wherePolicyForbidsReloads_isAHit() {
        bench.database.followed = false;
        bench.database.policy =
                new Policy(Duration.ofMinutes(1), Duration.ofHours(1), Duration.ZERO, false);
        filled();
        bench.pass(Duration.ofSeconds(5));

        assertThat(bench.read("Cache-Control", "no-cache").status()).contains("hit");
        assertThat(bench.read("Cache-Control", "max-age=1").status()).contains("hit");
        assertThat(bench.read("Tidemark-Max-Staleness", "1s").isOver()).isFalse();
    }

    @Test
    void maxAge_belowTheAge_isFetched_andAboveItAHit() {
        bench.database.followed = false;
        filled();
        bench.pass(Duration.ofSeconds(5));

        assertThat(bench.read("Cache-Control", "max-age=5").status()).contains("hit");
        Bench.Reading young = bench.read("Cache-Control", "max-age=4");
        assertThat(young.isOver()).isFalse();
        bench.origin.last().answer();
        assertThat(young.status()).contains("fwd=request");
    }

    @Test
    void onlyIfCached_fetchesNothingAndLeavesNoLease() {
        assertThat(bench.read("Cache-Control", "only-if-cached").problem()).isEqualTo(504);
        assertThat(bench.origin.fetches).isEmpty();
        assertThat(bench.shared.leased()).isZero();
        filled();

        assertThat(bench.read("Cache-Control", "only-if-cached").status()).contains("hit");
    }

    @Test
    void noStore_keepsNothing() {
        Bench.Reading reading = bench.read("Cache-Control", "no-store");
        bench.origin.last().answer();

        assertThat(reading.status()).isEqualTo("tidemark-near; fwd=bypass");
        assertThat(bench.shared.fills).isZero();
        assertThat(bench.shared.leased()).isZero();
        assertThat(bench.read("Cache-Control", "only-if-cached").problem()).isEqualTo(504);
    }

    @Test
    void leaseHeldElsewhere_isAskedForAgainUntilTheFill() {
        Lease lease = bench.shared.lease(Bench.key());
        Bench.Reading reading = bench.read();
        bench.pass(Duration.ofMillis(100));
        assertThat(bench.origin.fetches).isEmpty();
        // At 0, 2, 6, 14, 30, 62 ms.
        assertThat(bench.shared.finds).isEqualTo(6);

        bench.shared
                .fill(
                        new Fill(
                                lease,
                                bench.database.read(Bench.request().canonical()),
                                Duration.ofMillis(1)))
                .subscribe();
        bench.pass(Duration.ofMillis(50));
        assertThat(reading.status()).startsWith("tidemark-shared; hit");
        assertThat(bench.origin.fetches).isEmpty();
    }

    @Test
    void leaseHeldElsewhere_forTooLong_isDoneWithout() {
        bench.shared.lease(Bench.key());
        Bench.Reading reading = bench.read();
        bench.pass(Duration.ofMillis(1100));

        bench.origin.last().answer();
        assertThat(reading.isOver()).isTrue();
        assertThat(bench.shared.fills).isZero();
    }

    @Test
    void sharedCacheAway_isDoneWithout() {
        bench.shared.away = true;
        Bench.Reading reading = bench.read();
        bench.origin.last().answer();

        assertThat(reading.status())
                .isEqualTo(
                        "tidemark-shared; fwd=bypass, tidemark-near; fwd=miss; fwd-status=200;"
                                + " stored");
        assertThat(bench.read().status()).startsWith("tidemark-near; hit");
    }

    @Test
    void deadline_endsTheReadButNotTheFetch() {
        Bench.Reading hasty = bench.read("Tidemark-Timeout", "50ms");
        bench.pass(Duration.ofMillis(51));
        assertThat(hasty.problem()).isEqualTo(504);

        bench.origin.last().answer();
        assertThat(bench.read().status()).startsWith("tidemark-near; hit");
    }

    @Test
    void deadline_withSomethingStaleAtHand_servesThat() {
        filled();
        bench.pass(Duration.ofSeconds(72));
        Bench.Reading hasty = bench.read("Tidemark-Timeout", "50ms");
        bench.pass(Duration.ofMillis(51));

        assertThat(hasty.whole().stale()).isTrue();
    }

    @Test
    void softTtlOfZero_isFetchedForEachWhoAsksAfter() {
        bench.database.policy = new Policy(Duration.ZERO, Duration.ofHours(1), Duration.ZERO, true);
        Bench.Reading first = bench.read();
        bench.pass(Duration.ofMillis(5));
        Bench.Reading second = bench.read();
        bench.origin.last().answer();

        assertThat(first.isOver()).isTrue();
        assertThat(second.isOver()).isFalse();
        bench.origin.last().answer();
        assertThat(second.isOver()).isTrue();
    }

    private double tableReads(String layer) {
        return bench.meters
                .counter("tidemark.table.reads", "table", "film", "layer", layer)
                .count();
    }

    @Test
    void read_isCountedForItsTable_byTheLayerThatAnswered() {
        filled();
        assertThat(tableReads("origin")).isOne();
        bench.read();
        bench.read();
        assertThat(tableReads("near")).isEqualTo(2);
        bench.read(bench.gateway());

        assertThat(tableReads("shared")).isOne();
        assertThat(tableReads("origin")).isOne();
    }

    @Test
    void tableThatGaveNoAnswer_isNotCounted() {
        bench.read();
        bench.origin.last().fail();

        assertThat(bench.meters.find("tidemark.table.reads").counters()).isEmpty();
    }
}

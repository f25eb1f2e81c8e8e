package dev.tidemark.gateway.aside;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.common.wire.Fill;
import dev.tidemark.common.wire.Lease;
import dev.tidemark.common.wire.Policy;
import dev.tidemark.gateway.near.Found;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Sinks;

/** What many readers of one key do to the origin, and how long they wait. */
class StampedeTest {

    /** Stale after a minute, served for ten seconds more, of use for an hour. */
    private static final Policy LENIENT =
            new Policy(
                    Duration.ofMinutes(1),
                    Duration.ofHours(1),
                    Duration.ZERO,
                    true,
                    Duration.ofSeconds(10),
                    Duration.ofMinutes(5));

    private final Bench bench = new Bench();

    /** By a fetch that takes so long. */
    private void filled(Policy policy, Duration took) {
        bench.database.policy = policy;
        bench.read();
        bench.pass(took);
        bench.origin.last().answer();
    }

    private void filled() {
        filled(LENIENT, Duration.ofMillis(10));
    }

    @Test
    void pastSoftTtl_staleIsServedAtOnce_andOneFetchReplacesIt() {
        filled();
        bench.pass(Duration.ofSeconds(63));
        bench.database.write("language");

        for (int i = 0; i < 100; i++) {
            Bench.Reading reading = bench.read();
            assertThat(reading.status())
                    .isEqualTo("tidemark-near; hit; ttl=-4; detail=stale-while-revalidate");
            assertThat(reading.whole().stale()).isFalse();
            assertThat(reading.staleness()).isLessThan(Duration.ofSeconds(1));
        }
        assertThat(bench.origin.fetches).hasSize(2);
        assertThat(bench.meters.counter("tidemark.refreshes", "when", "behind").count()).isOne();
        bench.origin.last().answer();
        assertThat(bench.read().status()).isEqualTo("tidemark-near; hit; ttl=60");
        assertThat(bench.shared.fills).isEqualTo(2);
    }

    @Test
    void pastTheTimeOfStaleWhileRevalidate_readersWait() {
        filled();
        bench.pass(Duration.ofSeconds(70));

        assertThat(bench.read().isOver()).isFalse();
    }

    @Test
    void stale_isForNobodyWhoAskedForNewer_andForNothingThatIsInvalid() {
        filled();
        bench.pass(Duration.ofSeconds(63));
        assertThat(bench.read("Cache-Control", "no-cache").isOver()).isFalse();
        bench.origin.last().fail();

        bench.database.write("film");
        assertThat(bench.read().isOver()).isFalse();
    }

    @Test
    void stale_thatTheFeedCannotVouchFor_isNotServed() {
        filled();
        bench.pass(Duration.ofSeconds(58));
        bench.database.log.holdUp();
        bench.pass(Duration.ofSeconds(6));

        assertThat(bench.near.find(Bench.key())).isInstanceOf(Found.Unvouched.class);
        assertThat(bench.read().isOver()).isFalse();
    }

    @Test
    void stale_isForASessionThatTheLogHasReached() {
        filled();
        bench.pass(Duration.ofSeconds(62));
        String token = bench.token();
        bench.database.heartbeat();
        bench.pass(Duration.ofMillis(200));

        assertThat(bench.read("Tidemark-Token", token).status())
                .endsWith("detail=stale-while-revalidate");
    }

    @Test
    void maxStale_ofTheRequest_countsWhereThePolicyAllowsLess() {
        filled();
        bench.pass(Duration.ofSeconds(90));
        assertThat(bench.read("Cache-Control", "max-stale=29").isOver()).isFalse();
        bench.origin.last().fail();

        assertThat(bench.read("Cache-Control", "max-stale=31").status())
                .isEqualTo("tidemark-near; hit; ttl=-31; detail=stale-while-revalidate");
        bench.origin.last().fail();
        bench.pass(Duration.ofMinutes(60));
        assertThat(bench.read("Cache-Control", "max-stale").isOver()).isFalse();
    }

    @Test
    void staleIfError_endsAfterItsTime_butForARequestThatSaysMore() {
        filled();
        bench.pass(Duration.ofMinutes(7));
        Bench.Reading plain = bench.read();
        bench.origin.last().fail();
        assertThat(plain.problem()).isEqualTo(503);

        Bench.Reading lenient = bench.read("Cache-Control", "max-age=0, stale-if-error=600");
        bench.origin.last().fail();
        assertThat(lenient.status()).endsWith("detail=stale-if-error");
        Bench.Reading strict = bench.read("Cache-Control", "stale-if-error=60");
        bench.origin.last().fail();
        assertThat(strict.problem()).isEqualTo(503);
    }

    @Test
    void staleIfError_ofZero_isNotForWhatIsInvalidEither() {
        bench.database.policy =
                new Policy(
                        Duration.ofMinutes(1),
                        Duration.ofHours(1),
                        Duration.ZERO,
                        true,
                        Duration.ZERO,
                        Duration.ZERO);
        bench.read();
        bench.origin.last().answer();
        bench.database.write("film");
        Bench.Reading reading = bench.read();
        bench.origin.last().fail();

        assertThat(reading.problem()).isEqualTo(503);
    }

    @Test
    void staleInTheSharedCacheOnly_isServedAtOnceToo() {
        filled();
        bench.pass(Duration.ofSeconds(63));
        ReadFlow started = bench.gateway();

        assertThat(bench.read(started).status())
                .isEqualTo(
                        "tidemark-shared; hit; ttl=-4; detail=stale-while-revalidate,"
                                + " tidemark-near; fwd=miss; stored");
        assertThat(bench.origin.fetches).hasSize(2);
        // Others find the lease taken, and do not wait for its fill either.
        assertThat(bench.read(bench.gateway()).status()).contains("stale-while-revalidate");
        bench.origin.last().answer();
        assertThat(bench.read(started).status()).isEqualTo("tidemark-near; hit; ttl=60");
        assertThat(bench.shared.fills).isEqualTo(2);
        assertThat(bench.origin.fetches).hasSize(2);
    }

    @Test
    void refreshWhoseLeaseIsAnothers_waitsForThatFill_andFetchesNothing() {
        filled();
        bench.pass(Duration.ofSeconds(63));
        bench.shared.leaseTime = Duration.ofSeconds(10);
        Lease lease = bench.shared.lease(Bench.key());
        bench.read();
        bench.pass(Duration.ofSeconds(4));
        assertThat(bench.read().status()).contains("stale-while-revalidate");
        assertThat(bench.origin.fetches).hasSize(1);
        bench.shared
                .fill(
                        new Fill(
                                lease,
                                bench.database.read(Bench.request().canonical()),
                                Duration.ZERO))
                .subscribe();
        bench.pass(Duration.ofMillis(60));

        assertThat(bench.read().status()).isEqualTo("tidemark-near; hit; ttl=59");
        assertThat(bench.origin.fetches).hasSize(1);
    }

    @Test
    void refreshThatFails_doesNotFailTheReaderWhoBoardedIt() {
        filled();
        bench.pass(Duration.ofSeconds(63));
        bench.read();
        Bench.Reading strict = bench.read("Cache-Control", "no-cache");
        assertThat(bench.origin.fetches).hasSize(2);
        bench.origin.last().refuse(503);

        assertThat(strict.isOver()).isFalse();
        assertThat(bench.origin.fetches).hasSize(3);
        bench.origin.last().answer();
        strict.sawWrites(0);
    }

    @Test
    void refreshWithAStreamForAnAnswer_discardsIt() {
        filled();
        bench.pass(Duration.ofSeconds(63));
        bench.read();
        bench.origin.last().stream();

        assertThat(bench.origin.last().streamClosed).isTrue();
    }

    @Test
    void refreshOfWhatOnlyTheSharedCacheHad_withAStreamForAnAnswer_discardsIt() {
        filled();
        bench.pass(Duration.ofSeconds(63));
        bench.read(bench.gateway());
        bench.origin.last().stream();

        assertThat(bench.origin.last().streamClosed).isTrue();
    }

    @Test
    void refreshes_beyondTheirNumber_areLeftToLaterReaders() {
        for (int row = 1; row <= 3; row++) {
            bench.database.policy = LENIENT;
            bench.readRow(row);
            bench.origin.last().answer();
        }
        bench.pass(Duration.ofSeconds(63));
        for (int row = 1; row <= 3; row++) {
            assertThat(bench.readRow(row).status()).contains("stale-while-revalidate");
        }
        assertThat(bench.origin.fetches).hasSize(5);
        bench.origin.last().answer();
        bench.readRow(3);
        assertThat(bench.origin.fetches).hasSize(6);
    }

    @Test
    void expiringHotKey_isFetchedAhead_andNobodyWaits() {
        filled(LENIENT, Duration.ofMillis(500));
        bench.draw = 1 - Math.exp(-2);
        bench.pass(Duration.ofMillis(58_400));
        assertThat(bench.read().status()).isEqualTo("tidemark-near; hit; ttl=1");
        assertThat(bench.origin.fetches).as("left: 1.1 s, drawn: 1 s").hasSize(1);

        bench.pass(Duration.ofMillis(200));
        for (int i = 0; i < 100; i++) {
            assertThat(bench.read().status()).isEqualTo("tidemark-near; hit; ttl=0");
        }
        assertThat(bench.origin.fetches).as("left: 0.9 s").hasSize(2);
        assertThat(bench.meters.counter("tidemark.refreshes", "when", "ahead").count()).isOne();
        bench.pass(Duration.ofMillis(500));
        bench.origin.last().answer();
        assertThat(bench.read().status()).isEqualTo("tidemark-near; hit; ttl=59");
    }

    @Test
    void keyFetchedAhead_byOneGateway_isTakenByTheOthersWithoutAFetch() {
        filled(LENIENT, Duration.ofMillis(500));
        ReadFlow other = bench.gateway();
        bench.read(other);
        bench.draw = 1 - Math.exp(-2);
        bench.pass(Duration.ofMillis(58_600));
        bench.read();
        bench.read(other);
        assertThat(bench.origin.fetches).as("the other met the lease").hasSize(2);
        bench.origin.last().answer();

        assertThat(bench.read(other).status()).isEqualTo("tidemark-near; hit; ttl=0");
        assertThat(bench.read(other).status()).isEqualTo("tidemark-near; hit; ttl=60");
        assertThat(bench.origin.fetches).hasSize(2);
    }

    @Test
    void fetchTime_travelsWithTheEntry() {
        filled(LENIENT, Duration.ofMillis(500));
        ReadFlow other = bench.gateway();
        Bench.Reading reading = bench.read(other);

        assertThat(reading.whole().entry().answer().fetchTime()).hasMillis(500);
    }

    @Test
    void softTtl_isShortenedByJitter_forAllCachesAlike() {
        bench.jitter = 1;
        filled();
        ReadFlow other = bench.gateway();

        assertThat(bench.read(other).whole().entry().answer().policy().softTtl()).hasSeconds(54);
    }

    @Test
    void slowFetch_keepsItsLease() {
        bench.shared.leaseTime = Duration.ofMillis(500);
        bench.read();
        bench.pass(Duration.ofSeconds(4));
        assertThat(bench.shared.leased()).isOne();
        assertThat(bench.shared.renewals).isBetween(10, 20);
        Bench.Reading elsewhere = bench.read(bench.gateway());
        bench.pass(Duration.ofMillis(100));
        assertThat(bench.origin.fetches).hasSize(1);

        bench.origin.last().answer();
        bench.pass(Duration.ofMillis(60));
        assertThat(elsewhere.status()).startsWith("tidemark-shared; hit");
        int renewals = bench.shared.renewals;
        bench.pass(Duration.ofSeconds(5));
        assertThat(bench.shared.renewals).isEqualTo(renewals);
    }

    @Test
    void renewalThatGoesUnanswered_doesNotEndTheLease() {
        bench.shared.leaseTime = Duration.ofSeconds(4);
        bench.read();
        bench.pass(Duration.ofSeconds(1));
        bench.shared.away = true;
        bench.pass(Duration.ofSeconds(3));
        bench.shared.away = false;
        bench.pass(Duration.ofSeconds(3));

        assertThat(bench.shared.leased()).isOne();
        bench.read(bench.gateway());
        assertThat(bench.origin.fetches).hasSize(1);
    }

    @Test
    void ownerOfTheLeaseDies_anotherGoesOnWhenItsTimeIsOver() {
        bench.shared.leaseTime = Duration.ofMillis(500);
        bench.shared.lease(Bench.key());
        Bench.Reading one = bench.read();
        Bench.Reading other = bench.read(bench.gateway());
        bench.pass(Duration.ofMillis(480));
        assertThat(bench.origin.fetches).isEmpty();
        bench.pass(Duration.ofMillis(100));

        assertThat(bench.origin.fetches).hasSize(1);
        bench.origin.last().answer();
        bench.pass(Duration.ofMillis(60));
        assertThat(List.of(one, other)).allMatch(Bench.Reading::isOver);
        assertThat(bench.origin.fetches).hasSize(1);
    }

    @Test
    void keyWhoseAnswersAreOvertaken_queuesNobodyBehindALease() {
        for (int i = 0; i < 2; i++) {
            bench.read();
            bench.database.write("film");
            bench.origin.last().answer();
        }
        // A fill of another gateway's that nobody could use either.
        Lease lease = bench.shared.lease(Bench.key());
        int fetches = bench.origin.fetches.size();
        int finds = bench.shared.finds;
        List<Bench.Reading> readings = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            readings.add(bench.read());
        }

        assertThat(bench.origin.fetches).hasSize(fetches + 1);
        assertThat(bench.shared.finds).isEqualTo(finds);
        bench.origin.last().answer();
        assertThat(readings).allMatch(Bench.Reading::isOver);
        assertThat(bench.meters.counter("tidemark.overtaken").count()).isEqualTo(2);
        bench.shared
                .fill(
                        new Fill(
                                lease,
                                bench.database.read(Bench.request().canonical()),
                                Duration.ZERO))
                .subscribe();
    }

    @Test
    void keyWhoseAnswersAreOvertaken_queuesNobodyInOtherGatewaysEither_forAMoment() {
        for (int i = 0; i < 2; i++) {
            bench.read();
            bench.database.write("film");
            bench.origin.last().answer();
        }
        bench.read(bench.gateway());
        bench.read(bench.gateway());
        assertThat(bench.origin.fetches).as("each its own").hasSize(4);
        bench.origin.fetches.get(2).answer();
        bench.origin.fetches.get(3).answer();

        bench.pass(Duration.ofSeconds(2));
        bench.database.write("film");
        bench.read(bench.gateway());
        bench.read(bench.gateway());
        assertThat(bench.origin.fetches).as("one for both").hasSize(5);
    }

    @Test
    void oneOvertakenAnswer_isNoSign() {
        bench.read();
        bench.database.write("film");
        bench.origin.last().answer();
        bench.read(bench.gateway());
        bench.read(bench.gateway());

        assertThat(bench.origin.fetches).hasSize(2);
    }

    @Test
    void fillThatIsHeldUp_keepsItsLease_soThatNobodyFetchesMeanwhile() {
        bench.shared.leaseTime = Duration.ofSeconds(1);
        Sinks.Empty<Void> goOn = Sinks.empty();
        bench.shared.fillsHeldUp = goOn.asMono();
        bench.read();
        bench.origin.last().answer();
        bench.pass(Duration.ofSeconds(3));
        Bench.Reading other = bench.read(bench.gateway());
        bench.pass(Duration.ofMillis(200));
        assertThat(other.isOver()).isFalse();
        assertThat(bench.origin.fetches).hasSize(1);

        goOn.tryEmitEmpty();
        bench.pass(Duration.ofMillis(200));
        other.sawWrites(0);
        assertThat(bench.origin.fetches).hasSize(1);
        int renewals = bench.shared.renewals;
        bench.pass(Duration.ofSeconds(3));
        assertThat(bench.shared.renewals).isEqualTo(renewals);
    }
}

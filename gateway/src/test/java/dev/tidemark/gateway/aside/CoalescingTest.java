package dev.tidemark.gateway.aside;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What may befall a leader, and what its waiters and later readers get. */
class CoalescingTest {

    private static final Duration MOMENT = Duration.ofMillis(10);

    private final Bench bench = new Bench();
    private final Bench.Reading leader = bench.read();

    private Bench.Reading later() {
        bench.pass(MOMENT);
        return bench.read();
    }

    @Test
    void leaderCancels_waiterGetsTheLeadersFetch() {
        Bench.Reading waiter = later();
        leader.hangUp();
        bench.origin.last().answer();

        waiter.sawWrites(0);
        assertThat(bench.origin.fetches).singleElement().matches(fetch -> !fetch.cancelled);
        assertThat(waiter.status()).endsWith("; stored; collapsed");
    }

    @Test
    void leaderCancels_laterReaderFindsTheFill() {
        leader.hangUp();
        bench.origin.last().answer();

        assertThat(later().status()).isEqualTo("tidemark-near; hit; ttl=59");
        assertThat(bench.shared.fills).isOne();
        assertThat(bench.origin.fetches).hasSize(1);
    }

    @Test
    void leaderFails_waiterSharesTheFailure() {
        Bench.Reading waiter = later();
        bench.origin.last().fail();

        assertThat(leader.problem()).isEqualTo(503);
        assertThat(waiter.problem()).isEqualTo(503);
        assertThat(bench.origin.fetches).hasSize(1);
    }

    @Test
    void leaderFails_laterReaderFetchesUnderANewLease() {
        bench.origin.last().fail();
        assertThat(bench.shared.leased()).isZero();

        Bench.Reading later = later();
        bench.origin.last().answer();
        later.sawWrites(0);
        assertThat(bench.origin.fetches).hasSize(2);
        assertThat(bench.shared.fills).isOne();
    }

    @Test
    void answerOverTheLimit_waiterFetchesForItself() {
        Bench.Reading waiter = later();
        Bench.Reading second = later();
        bench.origin.fetches.getFirst().stream();

        assertThat(leader.streamed().cacheStatus())
                .isEqualTo("tidemark-shared; fwd=miss, tidemark-near; fwd=miss; fwd-status=200");
        assertThat(bench.origin.fetches).hasSize(3);
        bench.origin.fetches.get(1).stream();
        bench.origin.fetches.get(2).stream();
        assertThat(waiter.streamed().cacheStatus()).isEqualTo("tidemark-near; fwd=bypass");
        assertThat(second.isOver()).isTrue();
    }

    @Test
    void answerOverTheLimit_laterReaderNeitherLooksUpNorWaits() {
        bench.origin.last().stream();
        int finds = bench.shared.finds;

        Bench.Reading later = later();
        Bench.Reading another = later();
        assertThat(bench.origin.fetches).hasSize(3);
        assertThat(bench.shared.finds).isEqualTo(finds);
        bench.origin.fetches.get(2).stream();
        assertThat(another.isOver()).isTrue();
        assertThat(later.isOver()).isFalse();
    }

    @Test
    void answerOverTheLimit_isForgottenAfterAWhile() {
        bench.origin.last().stream();
        bench.pass(Duration.ofSeconds(11));

        Bench.Reading later = bench.read();
        bench.origin.last().answer();
        assertThat(later.status()).startsWith("tidemark-shared; fwd=miss");
    }

    @Test
    void answerOverTheLimit_whoseLeaderLeft_isDiscarded() {
        leader.hangUp();
        bench.origin.last().stream();

        assertThat(bench.origin.last().streamClosed).isTrue();
    }

    @Test
    void invalidation_duringFetch_waiterWhoAskedAfterItBeganFetchesOnceMore() {
        Bench.Reading waiter = later();
        bench.database.write("film");
        Bench.Reading another = later();
        bench.origin.last().answer();

        // The leader asked before the snapshot was taken: for it, the answer is right.
        leader.sawWrites(0);
        assertThat(waiter.isOver()).isFalse();
        assertThat(bench.origin.fetches).hasSize(2);
        bench.origin.last().answer();
        waiter.sawWrites(1);
        another.sawWrites(1);
        assertThat(bench.origin.fetches).hasSize(2);
    }

    @Test
    void invalidation_duringFetch_laterReaderFetchesAnew() {
        bench.database.write("film");
        bench.origin.last().answer();
        leader.sawWrites(0);

        Bench.Reading later = later();
        bench.origin.last().answer();
        later.sawWrites(1);
        assertThat(later().status()).isEqualTo("tidemark-near; hit; ttl=59");
    }

    @Test
    void invalidation_beforeFetch_doesNotConcernTheWaiter() {
        Bench.Reading waiter = later();
        bench.database.write("language");
        bench.origin.last().answer();

        waiter.sawWrites(0);
        assertThat(bench.origin.fetches).hasSize(1);
    }

    @Test
    void refusal_isSharedOnlyWithWhomAskedBefore() {
        Bench.Reading waiter = later();
        bench.origin.last().refuse(404);

        assertThat(leader.served()).isInstanceOf(Served.Refused.class);
        assertThat(waiter.isOver()).isFalse();
        bench.origin.last().answer();
        waiter.sawWrites(0);
    }

    @Test
    void manyReaders_ofAColdKey_areOneFetch() {
        List<Bench.Reading> waiters = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            waiters.add(bench.read());
        }
        bench.origin.last().answer();

        assertThat(waiters).allMatch(Bench.Reading::isOver);
        assertThat(bench.origin.fetches).hasSize(1);
        assertThat(bench.shared.finds).isOne();
        assertThat(bench.meters.counter("tidemark.coalesced").count()).isEqualTo(1000);
    }

    /** Where nobody gives leases, each gateway still asks the origin once. */
    @Test
    void manyReaders_whileTheSharedCacheIsAway_areOneFetch() {
        bench.origin.last().answer();
        bench.shared.away = true;
        bench.database.write("film");
        List<Bench.Reading> readers = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            readers.add(bench.read());
        }
        bench.origin.last().answer();

        assertThat(readers).allMatch(Bench.Reading::isOver);
        assertThat(bench.origin.fetches).hasSize(2);
    }

    @Test
    void everybodyLeaves_theFetchStillFills() {
        Bench.Reading waiter = later();
        leader.hangUp();
        waiter.hangUp();
        bench.origin.last().answer();

        assertThat(bench.shared.fills).isOne();
        assertThat(later().status()).startsWith("tidemark-near; hit");
    }
}

package dev.tidemark.gateway.aside;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.common.wire.Policy;
import dev.tidemark.gateway.near.Found;
import dev.tidemark.gateway.near.NearCache;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is done for keys that many read, while nobody does. */
class HotEntriesTest {

    private static final Duration WINDOW = Duration.ofMillis(400);

    private final Bench bench = new Bench();

    /** Of another gateway. */
    private final NearCache otherNear = bench.near(bench.follower);

    private final ReadFlow other = bench.gateway(bench.follower, otherNear);

    @BeforeEach
    void fillBoth() {
        bench.seeToHotKeys();
        // The first window began before.
        bench.pass(WINDOW);
        fillAgain();
    }

    private void fillAgain() {
        bench.read();
        bench.origin.last().answer();
        bench.read(other);
    }

    /** Many read it for a window, and some after. */
    private void makeHot() {
        for (int i = 0; i < 100; i++) {
            bench.read();
        }
        bench.pass(WINDOW);
        assertThat(bench.hot.isHot(Bench.key())).isTrue();
        bench.read();
    }

    private double refreshed(String when) {
        return bench.meters.counter("tidemark.refreshes", "when", when).count();
    }

    @Test
    void afterAChange_itIsFetchedAtOnce_onceForAllGateways_andNoReaderWaits() {
        makeHot();
        int fetches = bench.origin.fetches.size();
        bench.database.write("film");
        bench.pass(Duration.ofMillis(1));
        assertThat(bench.origin.fetches).hasSize(fetches + 1);
        bench.origin.last().answer();
        bench.pass(Duration.ofMillis(60));

        assertThat(bench.near.find(Bench.key())).isInstanceOf(Found.Fresh.class);
        assertThat(otherNear.find(Bench.key())).isInstanceOf(Found.Fresh.class);
        Bench.Reading reading = bench.read(other);
        assertThat(reading.status()).startsWith("tidemark-near; hit");
        reading.sawWrites(1);
        assertThat(bench.origin.fetches).hasSize(fetches + 1);
        assertThat(refreshed("changed")).isEqualTo(2);
    }

    @Test
    void readerThatComesMeanwhile_sharesThatFetch() {
        makeHot();
        int fetches = bench.origin.fetches.size();
        bench.database.write("film");
        bench.pass(Duration.ofMillis(1));
        Bench.Reading reading = bench.read();
        assertThat(reading.isOver()).isFalse();
        bench.origin.last().answer();

        reading.sawWrites(1);
        assertThat(bench.origin.fetches).hasSize(fetches + 1);
    }

    @Test
    void keyThatIsNotHot_isLeftToItsReaders() {
        int fetches = bench.origin.fetches.size();
        bench.database.write("film");
        bench.pass(Duration.ofSeconds(10));

        assertThat(bench.origin.fetches).hasSize(fetches);
    }

    @Test
    void keyThatWasHot_isLeftToItsReadersAgain() {
        makeHot();
        bench.pass(Duration.ofSeconds(11));
        int fetches = bench.origin.fetches.size();
        bench.database.write("film");
        bench.pass(Duration.ofSeconds(10));

        assertThat(bench.origin.fetches).hasSize(fetches);
    }

    @Test
    void aheadOfItsSoftTtl_itIsFetched_thoughNobodyReadsIt() {
        // Nobody draws an early refresh, ever.
        bench.draw = 0;
        bench.pass(Duration.ofMillis(57_500));
        makeHot();
        int fetches = bench.origin.fetches.size();
        bench.pass(Duration.ofMillis(1_200));
        assertThat(bench.origin.fetches).hasSize(fetches + 1);
        assertThat(refreshed("ahead")).isPositive();
        bench.origin.last().answer();
        bench.pass(Duration.ofSeconds(2));

        assertThat(bench.origin.fetches).as("for both").hasSize(fetches + 1);
        assertThat(bench.read().status()).startsWith("tidemark-near; hit; ttl=5");
        assertThat(bench.read(other).status()).startsWith("tidemark-near; hit; ttl=5");
    }

    @Test
    void keyThatChangesAllTheTime_isFetchedNoMoreOftenThanItsPauseAllows() {
        makeHot();
        int fetches = bench.origin.fetches.size();
        for (int i = 0; i < 1_000; i++) {
            bench.database.write("film");
            bench.pass(Duration.ofMillis(1));
            bench.origin.last().answer();
        }

        // Ten a second and gateway.
        assertThat(bench.origin.fetches.size() - fetches).isBetween(5, 22);
        bench.pass(Duration.ofSeconds(1));
        bench.origin.last().answer();
        bench.pass(Duration.ofSeconds(1));
        assertThat(bench.near.find(Bench.key())).isInstanceOf(Found.Fresh.class);
    }

    @Test
    void whileTheOriginFails_itIsTriedLessAndLess() {
        makeHot();
        int fetches = bench.origin.fetches.size();
        bench.database.write("film");
        for (int i = 0; i < 5_000; i++) {
            bench.pass(Duration.ofMillis(1));
            bench.origin.last().fail();
        }

        // At once and after 0.2, 0.6, 1.4 and 3 s, by either gateway.
        assertThat(bench.origin.fetches.size() - fetches).isBetween(5, 13);
    }

    @Test
    void whatIsStaleAMomentAfterItsFetch_isLeftToItsReaders() {
        bench.database.policy =
                new Policy(Duration.ofMillis(500), Duration.ofHours(1), Duration.ZERO, true);
        bench.database.write("film");
        bench.pass(Duration.ofMillis(10));
        fillAgain();
        makeHot();
        bench.read();
        bench.origin.last().answer();
        int fetches = bench.origin.fetches.size();
        bench.pass(Duration.ofSeconds(5));

        assertThat(bench.origin.fetches).hasSize(fetches);
    }

    @Test
    void whoWantsNothingKept_makesNothingHot() {
        for (int i = 0; i < 200; i++) {
            bench.read("Cache-Control", "no-store");
        }
        bench.pass(WINDOW);

        assertThat(bench.hot.isHot(Bench.key())).isFalse();
    }
}

package dev.tidemark.gateway.aside;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.common.tag.Lsn;
import dev.tidemark.common.tag.Version;
import dev.tidemark.common.wire.DatabaseIdentity;
import dev.tidemark.common.wire.Lookup;
import dev.tidemark.gateway.fake.FakeDatabase;
import dev.tidemark.gateway.feed.FakeLog;
import dev.tidemark.gateway.feed.Follower;
import dev.tidemark.gateway.near.Found;
import dev.tidemark.gateway.near.NearCache;
import dev.tidemark.gateway.session.Token;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Who may get which answer, by what this node knows of the log. */
class CoherenceTest {

    private static final String TOKEN = "Tidemark-Token";
    private static final DatabaseIdentity ELSEWHERE = new DatabaseIdentity(7, 1, 16_384, 43);

    private final Bench bench = new Bench();

    private void filled() {
        bench.read();
        bench.origin.last().answer();
    }

    private Lookup lastLookup() {
        return Objects.requireNonNull(bench.shared.lastLookup);
    }

    @Test
    void answerOvertakenOnItsWay_isRightForWhoAskedBefore_andKeptNowhere() {
        Bench.Reading reading = bench.read();
        bench.database.write("film");
        bench.origin.last().answer();

        reading.sawWrites(0);
        assertThat(reading.status())
                .isEqualTo("tidemark-shared; fwd=miss, tidemark-near; fwd=miss; fwd-status=200");
        assertThat(bench.near.find(Bench.key())).isInstanceOf(Found.Absent.class);
        assertThat(bench.shared.fills).isZero();
        assertThat(bench.shared.leased()).isZero();
    }

    @Test
    void hit_isAsStaleAsTheNode_notAsOldAsTheEntry() {
        filled();
        bench.pass(Duration.ofSeconds(30));
        bench.pass(Duration.ofMillis(40));

        assertThat(bench.read().staleness()).isEqualTo(Duration.ofMillis(40));
        bench.database.followed = false;
        bench.database.write("film");
        filled();
        bench.pass(Duration.ofSeconds(30));
        assertThat(bench.read().staleness()).isEqualTo(Duration.ofSeconds(30));
        assertThat(bench.read().status()).isEqualTo("tidemark-near; hit; ttl=30; detail=time-only");
    }

    @Test
    void maxStaleness_isAboutTheNode_whereTheLogVouches() {
        filled();
        bench.pass(Duration.ofSeconds(30));
        assertThat(bench.read("Tidemark-Max-Staleness", "500ms").status()).contains("hit");

        bench.database.log.holdUp();
        bench.pass(Duration.ofSeconds(2));
        assertThat(bench.read("Tidemark-Max-Staleness", "3s").status()).contains("hit");
        Bench.Reading strict = bench.read("Tidemark-Max-Staleness", "500ms");
        assertThat(strict.isOver()).isFalse();
        bench.origin.last().answer();
        assertThat(strict.staleness()).isZero();
    }

    @Test
    void reload_isMetByWhatTheLogVouchesFor_andNoCacheIsNot() {
        filled();
        bench.pass(Duration.ofSeconds(30));

        assertThat(bench.read("Cache-Control", "max-age=0").status()).contains("hit");
        assertThat(bench.read("Cache-Control", "no-cache").isOver()).isFalse();
        bench.database.log.holdUp();
        bench.pass(Duration.ofSeconds(1));
        assertThat(bench.read("Cache-Control", "max-age=0").isOver()).isFalse();
        assertThat(bench.read("Cache-Control", "max-age=1").isOver()).isTrue();
    }

    @Test
    void feedAway_beyondTheBound_isFetched_andIfThatFailsServedMarked() {
        filled();
        bench.database.log.holdUp();
        bench.pass(Duration.ofSeconds(5));
        assertThat(bench.read().status()).contains("hit");
        bench.pass(Duration.ofMillis(1));
        Bench.Reading reading = bench.read();
        assertThat(reading.isOver()).isFalse();
        bench.origin.last().fail();

        assertThat(reading.status()).endsWith("detail=stale-if-error");
        assertThat(reading.staleness()).isEqualTo(Duration.ofMillis(5001));
        bench.database.log.goOn();
        bench.pass(Duration.ofMillis(100));
        assertThat(bench.read().status()).isEqualTo("tidemark-near; hit; ttl=54");
    }

    @Test
    void feedAway_whatWasFetchedSince_isServedUntilItIsAsOldAsTheBound() {
        bench.database.log.holdUp();
        bench.pass(Duration.ofSeconds(20));
        filled();
        bench.pass(Duration.ofSeconds(4));
        assertThat(bench.read().staleness()).isEqualTo(Duration.ofSeconds(4));

        bench.pass(Duration.ofSeconds(2));
        assertThat(bench.read().isOver()).isFalse();
    }

    /** Its fill may have been held up on the way, for as long as Redis was away. */
    @Test
    void sharedHit_isAsStaleAsTheNode_howeverYoungItSaysToBe() {
        bench.database.log.holdUp();
        bench.pass(Duration.ofSeconds(3));
        filled();
        assertThat(bench.read().staleness()).isZero();
        ReadFlow other = bench.gateway();
        assertThat(bench.read(other).staleness()).isEqualTo(Duration.ofSeconds(3));

        bench.pass(Duration.ofMillis(2001));
        assertThat(bench.read(bench.gateway()).isOver()).isFalse();
        assertThat(bench.read(other).isOver()).isFalse();
        assertThat(bench.read().status()).contains("tidemark-near; hit");
    }

    @Test
    void nothingKnown_followedAnswersAreKeptNowhere_andOthersAsEver() {
        Follower ignorant = bench.follower();
        NearCache near = bench.near(ignorant);
        ReadFlow flow = bench.gateway(ignorant, near);
        Bench.Reading first = bench.read(flow);
        bench.pass(Duration.ofMillis(1));
        Bench.Reading waiter = bench.read(flow);
        bench.origin.last().answer();

        assertThat(first.isOver()).isTrue();
        assertThat(waiter.isOver()).isFalse();
        bench.origin.last().answer();
        assertThat(waiter.isOver()).isTrue();
        assertThat(bench.shared.fills).isZero();
        assertThat(near.find(Bench.key())).isInstanceOf(Found.Absent.class);

        bench.database.followed = false;
        bench.read(flow);
        bench.origin.last().answer();
        assertThat(bench.read(flow).status()).startsWith("tidemark-near; hit");
    }

    @Test
    void sharedHitOfAnotherHistory_isRefusedWhateverItsVersion() {
        filled();
        Follower other = bench.follower();
        new FakeLog(ELSEWHERE, 10).tell(other);
        bench.read(bench.gateway(other, bench.near(other)));

        assertThat(lastLookup().notVersion()).isEqualTo(new Version(Long.MAX_VALUE));
        assertThat(bench.origin.fetches).hasSize(2);
    }

    @Test
    void nearEntryOfAnotherHistory_saysNothingOfTheVersionWanted() {
        filled();
        bench.database.log.beginGeneration(ELSEWHERE, 10);
        Bench.Reading reading = bench.read();

        // First by none, then by the highest, as the shared cache has the old history's too.
        assertThat(bench.shared.finds).isEqualTo(3);
        assertThat(lastLookup().notVersion()).isEqualTo(new Version(Long.MAX_VALUE));
        // It may never have been: not even now.
        bench.origin.last().fail();
        assertThat(reading.problem()).isEqualTo(503);
    }

    @Test
    void lookUp_saysWhatIsKnownOfTheLog_andWhatTheSessionHasSeen() {
        String token = bench.token();
        bench.database.write("language");
        bench.read(TOKEN, token);

        assertThat(lastLookup().logPosition()).isEqualTo(new Lsn(1001));
        assertThat(lastLookup().tokens()).containsExactly(new Lsn(1000));
    }

    @Test
    void token_isMetByTheCache_whereTheLogIsThatFar() {
        filled();
        bench.database.write("language");

        assertThat(bench.read(TOKEN, bench.token()).status()).contains("tidemark-near; hit");
        assertThat(bench.heartbeatsDemanded).isZero();
    }

    @Test
    void tokenAheadOfTheLog_isAwaited() {
        filled();
        bench.database.log.holdUp();
        bench.database.write("language");
        Bench.Reading reading = bench.read(TOKEN, bench.token());
        bench.pass(Duration.ofMillis(49));
        assertThat(reading.isOver()).isFalse();
        assertThat(bench.heartbeatsDemanded).isOne();
        bench.database.log.goOn();
        bench.pass(Duration.ZERO);

        assertThat(reading.status()).contains("tidemark-near; hit");
        assertThat(bench.origin.fetches).hasSize(1);
        assertThat(bench.meters.counter("tidemark.token.waits", "outcome", "reached").count())
                .isOne();
    }

    @Test
    void tokenOfAChange_isNeverAnsweredFromBeforeIt() {
        filled();
        bench.database.log.holdUp();
        bench.database.write("film");
        Bench.Reading reading = bench.read(TOKEN, bench.token());
        bench.database.log.goOn();
        bench.pass(Duration.ZERO);

        assertThat(reading.isOver()).isFalse();
        bench.origin.last().answer();
        reading.sawWrites(1);
    }

    @Test
    void tokenAheadOfTheLogForTooLong_isAnsweredByTheOrigin() {
        filled();
        bench.database.log.holdUp();
        bench.database.write("film");
        String[] tokens = {
            bench.token(),
            bench.seal.seal(new Token(FakeDatabase.IDENTITY, new Lsn(Long.MAX_VALUE))),
        };
        for (String token : tokens) {
            int fetches = bench.origin.fetches.size();
            Bench.Reading reading = bench.read(TOKEN, token);
            bench.pass(Duration.ofMillis(49));
            assertThat(bench.origin.fetches).hasSize(fetches);
            bench.pass(Duration.ofMillis(1));
            bench.origin.last().answer();
            reading.sawWrites(1);
        }
        assertThat(bench.meters.counter("tidemark.token.waits", "outcome", "origin").count())
                .isEqualTo(2);
    }

    @Test
    void token_isNeverMetByWhatIsTimeOnly() {
        bench.database.followed = false;
        filled();
        Bench.Reading reading = bench.read(TOKEN, bench.token());

        assertThat(bench.origin.fetches).hasSize(2);
        bench.origin.last().answer();
        assertThat(reading.isOver()).isTrue();
    }

    @Test
    void tokenOfAnotherHistory_isAnsweredByTheOriginAtOnce() {
        filled();
        Bench.Reading reading =
                bench.read(TOKEN, bench.seal.seal(new Token(ELSEWHERE, new Lsn(1))));

        assertThat(bench.origin.fetches).hasSize(2);
        assertThat(bench.heartbeatsDemanded).isZero();
        bench.origin.last().answer();
        assertThat(reading.isOver()).isTrue();
    }

    @Test
    void onlyIfCached_withATokenThatNoCacheCanMeet_isNotCached() {
        filled();
        bench.database.log.holdUp();
        bench.database.write("language");
        Bench.Reading reading = bench.read(TOKEN, bench.token(), "Cache-Control", "only-if-cached");
        bench.pass(Duration.ofMillis(50));

        assertThat(reading.problem()).isEqualTo(504);
        assertThat(bench.origin.fetches).hasSize(1);
    }

    @Test
    void waiterWithAToken_takesAFlightsAnswer_onlyIfTheLogVouchesForIt() {
        bench.read();
        bench.pass(Duration.ofMillis(1));
        Bench.Reading waiter = bench.read(TOKEN, bench.token());
        bench.origin.last().answer();
        assertThat(waiter.isOver()).isTrue();

        bench.database.followed = false;
        bench.database.write("film");
        bench.read();
        bench.pass(Duration.ofMillis(1));
        Bench.Reading strict = bench.read(TOKEN, bench.token());
        bench.origin.last().answer();
        assertThat(strict.isOver()).isFalse();
        bench.origin.last().answer();
        strict.sawWrites(1);
    }

    @Test
    void reloads_haveALaneOfTheirOwn_andAreShedBeyondIt() {
        for (int row = 1; row <= 4; row++) {
            bench.readRow(row);
            bench.origin.last().answer();
        }
        bench.pass(Duration.ofMillis(1));
        for (int row = 1; row <= 3; row++) {
            assertThat(bench.readRow(row, "Cache-Control", "no-cache").isOver()).isFalse();
        }
        assertThat(bench.origin.fetches).hasSize(6);

        assertThat(bench.readRow(4, "Cache-Control", "no-cache").problem()).isEqualTo(503);
        assertThat(bench.readRow(4, "Cache-Control", "no-cache, no-store").problem())
                .isEqualTo(503);
        assertThat(bench.readRow(4).status()).contains("hit");
        bench.readRow(5);
        assertThat(bench.origin.fetches).hasSize(7);
        bench.origin.fetches.get(4).answer();
        assertThat(bench.origin.fetches).hasSize(8);
    }
}

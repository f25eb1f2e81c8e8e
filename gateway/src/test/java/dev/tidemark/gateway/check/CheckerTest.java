package dev.tidemark.gateway.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.common.request.CanonicalRequest;
import dev.tidemark.common.request.ReadRequest;
import dev.tidemark.common.tag.Tag;
import dev.tidemark.common.wire.Answer;
import dev.tidemark.common.wire.CacheKey;
import dev.tidemark.common.wire.DatabaseIdentity;
import dev.tidemark.common.wire.Repeatability;
import dev.tidemark.gateway.compression.Compressor;
import dev.tidemark.gateway.fake.FakeDatabase;
import dev.tidemark.gateway.fake.FakeOrigin;
import dev.tidemark.gateway.feed.Follower;
import dev.tidemark.gateway.near.Entry;
import dev.tidemark.gateway.time.MonotonicClock;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;
import reactor.test.scheduler.VirtualTimeScheduler;

/** What is an alarm and what is none, on a virtual clock. */
class CheckerTest {

    private static final Duration GRACE = Duration.ofSeconds(3);

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final MonotonicClock clock = () -> time.now(TimeUnit.NANOSECONDS);
    private final FakeDatabase database = new FakeDatabase();
    private final FakeOrigin origin = new FakeOrigin(database);
    private final Follower follower = new Follower(1 << 16, Duration.ofSeconds(5), clock, time);
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Traces traces = new Traces();
    private Checker checker = checker(256, DataSize.ofMegabytes(8));

    CheckerTest() {
        database.log.tell(follower);
    }

    private Checker checker(int pendingMax, DataSize size) {
        CheckProperties properties =
                new CheckProperties(
                        1,
                        List.of(
                                Duration.ofSeconds(1),
                                Duration.ofSeconds(5),
                                Duration.ofSeconds(60)),
                        2,
                        pendingMax,
                        size);
        return new Checker(
                properties,
                follower,
                origin,
                new Likeness(new Compressor(1 << 20, time, meters)),
                new CheckMeters(properties.windows(), meters),
                traces,
                clock,
                () -> Instant.EPOCH,
                time);
    }

    private static CanonicalRequest request(String target) {
        return switch (ReadRequest.parse("GET", "/rest/v1/" + target, name -> List.of())) {
            case ReadRequest.Parsed.Read(ReadRequest request) -> request.canonical();
            default -> throw new AssertionError(target);
        };
    }

    /** A film is served from a cache, as of now. */
    private void serve() {
        serve("film/1");
    }

    private void serve(String target) {
        CanonicalRequest request = request(target);
        Entry entry = new Entry(database.read(request), clock.nanos());
        checker.begin(new Sample(request, CacheKey.of(request), entry, clock.nanos()));
    }

    private void pass(Duration duration) {
        time.advanceTimeBy(duration);
    }

    /** The database answers, and the log gets to where it had been then. */
    private void answer() {
        origin.last().answer();
        database.heartbeat();
        pass(Duration.ZERO);
    }

    private double count(String window, Outcome outcome) {
        return meters.get("tidemark.consistency.checks")
                .tag("window", window)
                .tag("outcome", outcome.word())
                .counter()
                .count();
    }

    private double inconsistencies(String window) {
        return meters.get("tidemark.inconsistencies").tag("window", window).counter().count();
    }

    @Test
    void unchanged_isConsistentAfterEachWindow() {
        serve();
        pass(Duration.ofMillis(999));
        assertThat(origin.fetches).isEmpty();
        pass(Duration.ofMillis(1));
        answer();
        assertThat(count("1s", Outcome.CONSISTENT)).isOne();

        pass(Duration.ofSeconds(4));
        answer();
        pass(Duration.ofSeconds(55));
        answer();
        assertThat(count("5s", Outcome.CONSISTENT)).isOne();
        assertThat(count("60s", Outcome.CONSISTENT)).isOne();
        assertThat(origin.fetches).hasSize(3);
        assertThat(checker.pending()).isZero();
    }

    @Test
    void changeThatWasTold_isOvertaken_andNobodyIsAsked() {
        serve();
        database.write("film");
        pass(Duration.ofSeconds(60));

        assertThat(origin.fetches).isEmpty();
        for (String window : List.of("1s", "5s", "60s")) {
            assertThat(count(window, Outcome.OVERTAKEN)).as(window).isOne();
        }
        assertThat(checker.pending()).isZero();
    }

    @Test
    void changeAfterTheFetch_isForTheNextWindow() {
        serve();
        pass(Duration.ofSeconds(1));
        database.log.holdUp();
        database.write("film");
        origin.last().answer();
        database.log.goOn();
        pass(Duration.ofSeconds(4));

        assertThat(count("1s", Outcome.CONSISTENT)).isOne();
        assertThat(count("5s", Outcome.OVERTAKEN)).isOne();
        assertThat(origin.fetches).hasSize(1);
    }

    @Test
    void changeBeforeTheFetch_onItsWayInTheLog_isAwaited() {
        serve();
        database.log.holdUp();
        database.write("film");
        pass(Duration.ofSeconds(1));
        origin.last().answer();
        pass(Duration.ofSeconds(9));
        assertThat(inconsistencies("1s")).isZero();
        database.log.goOn();
        pass(Duration.ZERO);

        assertThat(count("1s", Outcome.OVERTAKEN)).isOne();
        pass(Duration.ofSeconds(60));
        assertThat(traces.last()).isEmpty();
    }

    @Test
    void changeThatIsNeverTold_isInconsistent_inItsWindow_andExplained() {
        serve();
        pass(Duration.ofSeconds(1));
        answer();
        database.writeSilently("film");
        pass(Duration.ofSeconds(4));
        answer();
        assertThat(inconsistencies("5s")).isZero();
        pass(GRACE);

        assertThat(inconsistencies("1s")).isZero();
        assertThat(inconsistencies("5s")).isOne();
        assertThat(count("5s", Outcome.INCONSISTENT)).isOne();
        assertThat(traces.last())
                .singleElement()
                .satisfies(trace -> {
                    assertThat(trace.window()).isEqualTo("5s");
                    assertThat(trace.outcome()).isEqualTo("inconsistent");
                    assertThat(trace.request()).isEqualTo("array /rest/v1/film/1");
                    assertThat(trace.served().version()).isEqualTo(1000);
                    assertThat(trace.fetched().version()).isGreaterThan(1000);
                    assertThat(trace.served().etag()).isNotEqualTo(trace.fetched().etag());
                    assertThat(trace.servedMillisAgo()).isEqualTo(5000);
                    assertThat(trace.floor()).isEqualTo(999);
                    assertThat(trace.tags())
                            .extracting(Trace.TagReading::stamp)
                            .allMatch(stamp -> stamp < 1000);
                });
        pass(Duration.ofSeconds(60));
        answer();
        pass(GRACE);
        assertThat(inconsistencies("60s")).isOne();
    }

    @Test
    void trace_namesTheTagsThatTheRequestGivesAway() {
        String table = "public.film";
        assertThat(TagNames.of(request("film/42")).values())
                .containsExactlyInAnyOrder(table, table + ":*", table + ":42");
        assertThat(TagNames.of(request("film?id=in.(1,2)")))
                .containsEntry(Tag.row(table, "2").hash(), table + ":2");
    }

    @Test
    void changeThatIsToldBehindItsPlace_isLate_andNoAlarm() {
        serve();
        long xid = database.nextXid();
        database.writeSilently("film");
        pass(Duration.ofSeconds(1));
        answer();
        pass(GRACE.minusMillis(1));
        database.tell("film", xid + 10);
        pass(Duration.ofMillis(1));

        assertThat(count("1s", Outcome.LATE)).isOne();
        assertThat(inconsistencies("1s")).isZero();
        assertThat(traces.last()).extracting(Trace::outcome).containsExactly("late");
    }

    @Test
    void rowsWithoutAnOrder_areAskedForTwice_beforeTheyAreAnAlarm() {
        origin.repeatability = Repeatability.ANY_ORDER;
        serve("film?order=title");
        database.writeSilently("film");
        pass(Duration.ofSeconds(1));
        answer();
        answer();
        pass(GRACE);
        assertThat(inconsistencies("1s")).isOne();
    }

    /** As of a view that folds its rows as they come. */
    @Test
    void rowsThatAreOthersEachTime_areNoAlarm() {
        origin.repeatability = Repeatability.ANY_ORDER;
        serve("film?order=title");
        database.writeSilently("film");
        pass(Duration.ofSeconds(1));
        origin.last().answer();
        database.writeSilently("film");
        database.heartbeat();
        pass(Duration.ZERO);
        origin.last().answer();
        pass(GRACE);

        assertThat(origin.fetches).hasSize(2);
        assertThat(count("1s", Outcome.UNKNOWN)).isOne();
        assertThat(inconsistencies("1s")).isZero();
    }

    @Test
    void pageOfRowsThatAreAlike_isNoAlarm() {
        origin.repeatability = Repeatability.ANY_ROWS;
        serve("film?order=title&limit=1");
        database.writeSilently("film");
        pass(Duration.ofSeconds(1));
        answer();
        pass(GRACE);

        assertThat(count("1s", Outcome.UNKNOWN)).isOne();
        assertThat(inconsistencies("1s")).isZero();
    }

    @Test
    void logThatDoesNotArriveInTime_isUnknown() {
        serve();
        database.log.holdUp();
        database.writeSilently("film");
        pass(Duration.ofSeconds(1));
        origin.last().answer();
        pass(Duration.ofSeconds(10));

        assertThat(count("1s", Outcome.UNKNOWN)).isOne();
        assertThat(inconsistencies("1s")).isZero();
    }

    @Test
    void originThatFails_refusesOrStreams_isUnknown() {
        serve();
        pass(Duration.ofSeconds(1));
        origin.last().fail();
        pass(Duration.ofSeconds(4));
        origin.last().refuse(404);
        pass(Duration.ofSeconds(55));
        origin.last().stream();

        assertThat(count("1s", Outcome.UNKNOWN)).isOne();
        assertThat(count("5s", Outcome.UNKNOWN)).isOne();
        assertThat(count("60s", Outcome.UNKNOWN)).isOne();
        assertThat(origin.last().streamClosed).isTrue();
    }

    @Test
    void answerThatIsTimeOnly_isUnknown() {
        serve();
        database.followed = false;
        database.writeSilently("film");
        pass(Duration.ofSeconds(1));
        answer();

        assertThat(count("1s", Outcome.UNKNOWN)).isOne();
    }

    @Test
    void anotherHistory_isOvertaken_asNothingOfTheOldOneIsValid() {
        serve();
        pass(Duration.ofSeconds(1));
        database.log.beginGeneration(new DatabaseIdentity(7, 1, 16_384, 43), 2000);
        origin.last().answer();
        pass(Duration.ofSeconds(10));
        pass(Duration.ofSeconds(50));

        assertThat(count("1s", Outcome.UNKNOWN)).isOne();
        assertThat(count("5s", Outcome.OVERTAKEN)).isOne();
        assertThat(count("60s", Outcome.OVERTAKEN)).isOne();
    }

    @Test
    void checksAtOnce_areFew_andSamplesBeyondTheRoomAreNotTaken() {
        checker = checker(3, DataSize.ofMegabytes(8));
        for (int row = 1; row <= 5; row++) {
            serve("film/" + row);
        }
        assertThat(checker.pending()).isEqualTo(3);
        pass(Duration.ofSeconds(1));
        assertThat(origin.fetches).hasSize(2);
        origin.fetches.getFirst().answer();
        assertThat(origin.fetches).hasSize(3);

        Answer answer = database.read(request("film/1"));
        checker = checker(256, DataSize.ofBytes(new Entry(answer, 0).bytes()));
        serve();
        serve();
        assertThat(checker.pending()).isOne();
    }

    @Test
    void timer_wantsOneSampleASecond() {
        RecordingSampler samples = new RecordingSampler();
        checker.take(samples.sampler);
        CanonicalRequest request = request("film/1");
        Entry entry = new Entry(database.read(request), clock.nanos());
        for (int i = 0; i < 100; i++) {
            pass(Duration.ofMillis(100));
            samples.sampler.served(request, CacheKey.of(request), entry);
        }
        assertThat(samples.keys).hasSize(10);

        checker.destroy();
        pass(Duration.ofSeconds(2));
        samples.sampler.served(request, CacheKey.of(request), entry);
        assertThat(samples.keys).hasSize(10);
    }

    @Test
    void destroyed_nothingIsAskedAnyMore() {
        serve();
        checker.destroy();
        pass(Duration.ofSeconds(60));

        assertThat(origin.fetches).isEmpty();
    }
}

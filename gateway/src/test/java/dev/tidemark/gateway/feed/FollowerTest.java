package dev.tidemark.gateway.feed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.common.log.Completeness;
import dev.tidemark.common.log.FollowerState;
import dev.tidemark.common.log.LogFollower;
import dev.tidemark.common.log.LogPosition;
import dev.tidemark.common.tag.Lsn;
import dev.tidemark.common.tag.Tag;
import dev.tidemark.common.tag.TagClock;
import dev.tidemark.common.tag.Tags;
import dev.tidemark.common.tag.Version;
import dev.tidemark.common.wire.Answer;
import dev.tidemark.common.wire.DatabaseIdentity;
import dev.tidemark.common.wire.Policy;
import dev.tidemark.gateway.session.Session;
import dev.tidemark.gateway.session.Token;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import reactor.test.scheduler.VirtualTimeScheduler;

/** What the follower says of answers, of itself, and to those who wait. */
class FollowerTest {

    private static final DatabaseIdentity HERE = new DatabaseIdentity(1, 1, 1, 1);
    private static final DatabaseIdentity ELSEWHERE = new DatabaseIdentity(1, 1, 1, 2);
    private static final Tags FILM = Tags.of(List.of(Tag.row("film", "1")));
    private static final int SLOTS = 1 << 10;

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final FakeLog log = new FakeLog(HERE, 100);
    private final Follower follower = newFollower();

    private Follower newFollower() {
        return new Follower(
                SLOTS, Duration.ofSeconds(5), () -> time.now(TimeUnit.NANOSECONDS), time);
    }

    private static Answer answer(DatabaseIdentity identity, long version, boolean followed) {
        return new Answer(
                200,
                List.of(),
                new byte[1],
                new Version(version),
                new Lsn(version),
                FILM,
                new Policy(Duration.ofMinutes(1), Duration.ofHours(1), Duration.ZERO, true),
                identity,
                followed);
    }

    private static final Answer FOLLOWED = answer(HERE, 110, true);
    private static final Answer TIMED = answer(HERE, 110, false);

    private void isComplete() {
        log.isComplete(time.now(TimeUnit.NANOSECONDS));
    }

    private Duration staleness(Answer answer) {
        return Duration.ofNanos(follower.stalenessNanos(answer, 0, true));
    }

    private boolean isValid(Answer answer) {
        return follower.isValid(answer);
    }

    @Test
    void beforeAnythingIsKnown_onlyWhatIsNotFollowedIsValid() {
        time.advanceTimeBy(Duration.ofSeconds(3));

        assertThat(isValid(FOLLOWED)).isFalse();
        assertThat(staleness(TIMED)).isEqualTo(Duration.ofSeconds(3));
        assertThat(follower.staleness()).isEqualTo(Completeness.UNKNOWN);
        assertThat(follower.isOpen()).isFalse();
    }

    @Test
    void followedAnswer_isAsStaleAsTheNode_andNeverStalerThanItsAge() {
        log.tell(follower);
        time.advanceTimeBy(Duration.ofSeconds(2));
        assertThat(staleness(FOLLOWED)).isEqualTo(Duration.ofSeconds(2));
        isComplete();
        assertThat(staleness(FOLLOWED)).isZero();
        time.advanceTimeBy(Duration.ofMillis(70));

        assertThat(staleness(FOLLOWED)).isEqualTo(Duration.ofMillis(70));
        assertThat(follower.staleness()).isEqualTo(Duration.ofMillis(70));
        assertThat(staleness(TIMED)).isEqualTo(Duration.ofMillis(2070));
        long bornLater = Duration.ofMillis(2050).toNanos();
        assertThat(follower.stalenessNanos(FOLLOWED, bornLater, true))
                .isEqualTo(Duration.ofMillis(20).toNanos());
    }

    @Test
    void completeness_countsOnceTheLogIsThere() {
        log.tell(follower);
        isComplete();
        time.advanceTimeBy(Duration.ofSeconds(1));
        log.holdUp();
        log.heartbeat(200);
        follower.answered(
                new Completeness(log.tail(), Duration.ZERO), time.now(TimeUnit.NANOSECONDS));
        assertThat(follower.staleness()).isEqualTo(Duration.ofSeconds(1));

        log.goOn();
        assertThat(follower.staleness()).isZero();
    }

    @Test
    void change_makesBothKindsInvalid_butNothingOfAnotherHistory() {
        log.tell(follower);
        log.changed(FILM, 110);

        assertThat(isValid(FOLLOWED)).isFalse();
        assertThat(isValid(TIMED)).isFalse();
        assertThat(isValid(answer(HERE, 111, true))).isTrue();
        assertThat(isValid(answer(ELSEWHERE, 111, true))).isFalse();
        assertThat(isValid(answer(ELSEWHERE, 50, false))).isTrue();
    }

    @Test
    void gap_closesUntilTheNextHeartbeat_whichIsTheFloor() {
        log.tell(follower);
        log.gap(115);
        assertThat(isValid(FOLLOWED)).isFalse();
        assertThat(isValid(TIMED)).isTrue();
        log.heartbeat(120);

        assertThat(isValid(FOLLOWED)).isFalse();
        assertThat(isValid(answer(HERE, 121, true))).isTrue();
    }

    @Test
    void newHistory_forgetsHowStaleTheOldOneWas() {
        log.tell(follower);
        isComplete();
        FakeLog next = new FakeLog(2, ELSEWHERE, 10);
        LogFollower other = new LogFollower(SLOTS);
        next.records().forEach(other::apply);
        follower.restore(other.copy().state(), other.copy().clock(), false);

        assertThat(follower.staleness()).isEqualTo(Completeness.UNKNOWN);
        assertThat(isValid(FOLLOWED)).isFalse();
        assertThat(isValid(answer(ELSEWHERE, 12, true))).isTrue();
    }

    private static FollowerState state(FakeLog log, int records) {
        LogFollower lagging = new LogFollower(SLOTS);
        log.records().subList(0, records).forEach(lagging::apply);
        return lagging.copy().state();
    }

    @Test
    void snapshotOfWhoLags_isLeftAside_andRepeatedRecordsDoNoHarm() {
        log.tell(follower);
        log.changed(FILM, 110);
        isComplete();
        LogPosition position = follower.position();
        follower.restore(state(log, 2), new TagClock(SLOTS), false);

        assertThat(follower.position()).isEqualTo(position);
        assertThat(isValid(FOLLOWED)).isFalse();
        assertThat(follower.staleness()).isZero();
        assertThat(follower.apply(log.records().getLast())).isEqualTo(LogFollower.Applied.REPEATED);
    }

    @Test
    void snapshotFromBefore_whereTheChainWasBroken_counts_andForgetsNoStamp() {
        log.tell(follower);
        log.changed(FILM, 110);
        isComplete();
        follower.restore(state(log, 2), new TagClock(SLOTS), true);

        assertThat(follower.position()).isEqualTo(log.records().get(1).position());
        assertThat(isValid(FOLLOWED)).isFalse();
        assertThat(follower.staleness()).isEqualTo(Completeness.UNKNOWN);
    }

    private List<Boolean> await(DatabaseIdentity identity, long lsn) {
        List<Boolean> known = new ArrayList<>();
        Session session = Session.NONE.with(new Token(identity, new Lsn(lsn)));
        follower.awaits(session, Duration.ofMillis(50), () -> {}).subscribe(known::add);
        return known;
    }

    @Test
    void session_isAwaitedUntilTheLogIsThere() {
        log.tell(follower);
        List<Boolean> first = await(HERE, 201);
        List<Boolean> second = await(HERE, 202);
        time.advanceTimeBy(Duration.ofMillis(20));
        log.heartbeat(200);
        time.advanceTime();

        assertThat(first).containsExactly(true);
        assertThat(second).isEmpty();
        time.advanceTimeBy(Duration.ofMillis(30));
        assertThat(second).containsExactly(false);
        log.heartbeat(300);
        assertThat(second).containsExactly(false);
        assertThat(await(HERE, 202)).containsExactly(true);
    }

    @Test
    void sessionOfAnotherHistory_isNotAwaited() {
        log.tell(follower);

        assertThat(await(ELSEWHERE, 1)).containsExactly(false);
    }
}

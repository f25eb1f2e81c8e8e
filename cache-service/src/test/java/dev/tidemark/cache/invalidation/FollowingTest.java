package dev.tidemark.cache.invalidation;

import static dev.tidemark.cache.invalidation.Records.answer;
import static dev.tidemark.cache.invalidation.Records.at;
import static dev.tidemark.cache.invalidation.Records.changed;
import static dev.tidemark.cache.invalidation.Records.generation;
import static dev.tidemark.cache.invalidation.Records.heartbeat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidemark.cache.entry.Entries;
import dev.tidemark.common.log.AppendOutcome;
import dev.tidemark.common.log.Completeness;
import dev.tidemark.common.log.FollowerState;
import dev.tidemark.common.log.LogFollower;
import dev.tidemark.common.log.LogPosition;
import dev.tidemark.common.tag.Tag;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FollowingTest {

    private static final Tag FILM = Tag.row("public.film", "1");
    private static final Tag ACTOR = Tag.row("public.actor", "1");

    private final InMemoryInvalidationLog log =
            new InMemoryInvalidationLog(System::currentTimeMillis);
    private final List<Following> followings = new ArrayList<>();
    private final LogReplica replica = follow();

    private final EncodedRecord begun = generation(1, 3);
    private final EncodedRecord opened = heartbeat(2, begun.record(), 1_001);
    private final EncodedRecord change = changed(3, opened.record(), 1_010, FILM);

    @AfterEach
    void stop() {
        followings.forEach(Following::stop);
    }

    @Test
    void emptyLog_isFollowedAndClosed() {
        await().until(replica::isReady);
        assertThat(replica.isOpen()).isFalse();
        assertThat(replica.isValid(answer(2_000, FILM))).isFalse();
        assertThat(replica.isValid(Entries.answer(0))).as("served by time only").isTrue();
        assertThat(replica.completeness().staleness()).isEqualTo(Completeness.UNKNOWN);
    }

    @Test
    void records_decideWhatIsValid() {
        append(begun);
        awaitAt(replica, begun);
        assertThat(replica.isValid(answer(2_000, FILM))).as("before the floor").isFalse();
        append(opened, change);
        awaitAt(replica, change);
        assertThat(replica.isValid(answer(1_001, ACTOR))).as("at the floor").isFalse();
        assertThat(replica.isValid(answer(1_002, ACTOR))).isTrue();
        assertThat(replica.isValid(answer(1_010, FILM))).isFalse();
        assertThat(replica.isValid(answer(1_011, FILM))).isTrue();
        assertThat(replica.recordsApplied()).isEqualTo(3);
    }

    @Test
    void instanceThatStarts_goesOnFromTheSnapshot() {
        append(begun, opened, change);
        awaitAt(replica, change);
        assertThat(log.keep(ClockSnapshot.of(replica.snapshot().copy()), 1).join())
                .isEqualTo(SnapshotStore.Kept.KEPT);
        EncodedRecord next = changed(4, change.record(), 1_020, ACTOR);
        append(next);

        LogReplica other = follow();
        awaitAt(other, next);
        assertThat(other.recordsApplied()).isEqualTo(1);
        assertThat(other.state()).isEqualTo(replica.state());
        assertThat(other.isValid(answer(1_010, FILM))).isFalse();
        assertThat(other.isValid(answer(1_011, FILM))).isTrue();
        assertThat(other.isValid(answer(1_020, ACTOR))).isFalse();
    }

    @Test
    void snapshotThatTheLogDoesNotGoOnFrom_isLeftAside() {
        append(begun, opened, change);
        awaitAt(replica, change);
        log.keep(ClockSnapshot.of(replica.snapshot().copy()), 3).join();
        log.loseTail(1);
        awaitAt(replica, opened);
        LogReplica other = follow();
        awaitAt(other, opened);
        assertThat(other.isOpen()).isTrue();
    }

    @Test
    void trimmedLogWithoutSnapshot_isOfNoUseUntilAGeneration() {
        append(begun, opened, change);
        awaitAt(replica, change);
        log.keep(ClockSnapshot.of(replica.snapshot().copy()), 1).join();
        log.forgetSnapshot();

        LogReplica other = follow();
        await().until(other::isReady);
        assertThat(other.isOpen()).isFalse();
        EncodedRecord beat = heartbeat(4, change.record(), 1_030);
        EncodedRecord anew = generation(5, 3, beat.record().position());
        EncodedRecord floor = heartbeat(6, anew.record(), 1_040);
        append(beat, anew, floor);
        awaitAt(other, floor);
        assertThat(other.isOpen()).isTrue();
        assertThat(other.state()).isEqualTo(replica.state());
    }

    @Test
    void instanceWithoutASnapshot_takesTheNextOneThatIsKept() {
        append(begun, opened, change);
        awaitAt(replica, change);
        log.keep(ClockSnapshot.of(replica.snapshot().copy()), 1).join();
        log.forgetSnapshot();
        LogReplica other = follow();
        await().until(other::isReady);
        EncodedRecord beat = heartbeat(4, change.record(), 1_030);
        append(beat);
        awaitAt(replica, beat);
        assertThat(other.isOpen()).isFalse();

        log.keep(ClockSnapshot.of(replica.snapshot().copy()), 1).join();
        awaitAt(other, beat);
        assertThat(other.isOpen()).isTrue();
        assertThat(other.state()).isEqualTo(replica.state());
    }

    @Test
    void lostTail_takesTheInstanceBack() {
        append(begun, opened, change);
        awaitAt(replica, change);
        replica.answered(new Completeness(at(3, 3), Duration.ZERO), System.nanoTime());
        assertThat(replica.completeness().staleness()).isLessThan(Duration.ofSeconds(20));

        log.loseTail(1);
        awaitAt(replica, opened);
        assertThat(replica.completeness().staleness()).isEqualTo(Completeness.UNKNOWN);
        // What a new reader tells instead.
        EncodedRecord other = heartbeat(3, opened.record().position(), 9, 1_011);
        append(other);
        awaitAt(replica, other);
        assertThat(replica.isValid(answer(1_010, FILM))).isTrue();
    }

    @Test
    void emptiedLog_closesUntilANewGeneration() {
        append(begun, opened, change);
        awaitAt(replica, change);
        log.empty();
        await().until(() -> replica.isReady() && !replica.isOpen());
        assertThat(replica.state()).isEqualTo(FollowerState.INITIAL);

        EncodedRecord anew = generation(9, 12);
        EncodedRecord floor = heartbeat(10, anew.record(), 1_050);
        append(anew, floor);
        awaitAt(replica, floor);
        assertThat(replica.isOpen()).isTrue();
        assertThat(replica.isValid(answer(1_050, FILM))).isFalse();
        assertThat(replica.isValid(answer(1_051, FILM))).isTrue();
    }

    @Test
    void logThatCannotBeAsked_isWaitedFor() {
        append(begun, opened);
        awaitAt(replica, opened);
        log.available(false);
        await().pollDelay(Duration.ofMillis(600)).until(replica::isReady);
        assertThat(replica.isOpen()).as("it stands still").isTrue();
        log.available(true);
        append(change);
        awaitAt(replica, change);
    }

    @Test
    void recordThatCannotBeTrue_isPassedOverAndClosesUntilAnotherReader() {
        long impossible = 1_001 + LogFollower.STAMP_AHEAD_MAX + 1;
        EncodedRecord corrupt = changed(3, opened.record(), impossible, FILM);
        append(begun, opened, corrupt);
        awaitAt(replica, corrupt);
        assertThat(replica.isOpen()).isFalse();
        EncodedRecord beat = heartbeat(4, corrupt.record(), 1_020);
        append(beat);
        awaitAt(replica, beat);
        assertThat(replica.isOpen()).isFalse();
        EncodedRecord later = heartbeat(5, beat.record().position(), 4, 1_030);
        append(later);
        awaitAt(replica, later);
        assertThat(replica.isValid(answer(1_031, FILM))).isTrue();
    }

    private LogReplica follow() {
        LogReplica replica = new LogReplica(1 << 12, 64, 1 << 20, System::nanoTime);
        Following following = new Following(log, log, replica);
        followings.add(following);
        following.start();
        return replica;
    }

    private void append(EncodedRecord... batch) {
        assertThat(log.append(List.of(batch)).join()).isInstanceOf(AppendOutcome.Appended.class);
    }

    private static void awaitAt(LogReplica replica, EncodedRecord record) {
        LogPosition position = record.record().position();
        await().pollInterval(Duration.ofMillis(5))
                .until(() -> replica.isReady() && replica.state().position().equals(position));
    }
}

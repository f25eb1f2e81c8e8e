package dev.tidemark.common.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.common.log.LogFollower.Applied;
import dev.tidemark.common.log.LogRecord.Content;
import dev.tidemark.common.tag.Lsn;
import dev.tidemark.common.tag.Tag;
import dev.tidemark.common.tag.Tags;
import dev.tidemark.common.tag.Version;
import dev.tidemark.common.wire.Answer;
import dev.tidemark.common.wire.DatabaseIdentity;
import dev.tidemark.common.wire.Policy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class LogFollowerTest {

    private static final DatabaseIdentity IDENTITY = new DatabaseIdentity(1, 2, 3, 4);
    private static final DatabaseIdentity OTHER = new DatabaseIdentity(1, 2, 3, 5);
    private static final Tags FILM_1 = Tags.of(List.of(Tag.row("public.film", "1")));

    private final LogFollower follower = new LogFollower(1 << 10);
    private LogPosition last = LogPosition.NONE;

    private static LogPosition at(long lsn) {
        return new LogPosition(7, new Lsn(lsn), 1);
    }

    private LogRecord next(LogPosition position, Content content) {
        LogRecord record = new LogRecord(position, last, content);
        last = position;
        return record;
    }

    private Applied apply(long lsn, Content content) {
        return follower.apply(next(at(lsn), content));
    }

    private static Content heartbeat(long xid, long sequence) {
        return new Content.Heartbeat(xid, sequence, Instant.EPOCH);
    }

    private static Content changed(long stamp) {
        return new Content.Changed(new Change(stamp, FILM_1));
    }

    private void open() {
        apply(10, new Content.Generation(IDENTITY, 100, 1));
        apply(20, heartbeat(101, 1));
    }

    private static Answer answer(long version, DatabaseIdentity identity, boolean followed) {
        return new Answer(
                200,
                List.of(),
                new byte[0],
                new Version(version),
                Lsn.UNKNOWN,
                FILM_1,
                new Policy(Duration.ofMinutes(1), Duration.ofHours(1), Duration.ZERO, true),
                identity,
                followed);
    }

    private boolean isValid(long version) {
        return follower.isValid(answer(version, IDENTITY, true));
    }

    @Test
    void newFollower_findsNothingValidThatIsFollowed() {
        assertThat(follower.isOpen()).isFalse();
        assertThat(isValid(1_000)).isFalse();
        assertThat(follower.isValid(answer(1_000, IDENTITY, false))).isTrue();
    }

    @Test
    void generation_isClosedUntilAHeartbeatBegunAfterIt_whoseXidIsTheFloor() {
        apply(10, new Content.Generation(IDENTITY, 100, 2));
        assertThat(isValid(1_000)).isFalse();
        // Begun before whatever was missed had ended.
        apply(20, heartbeat(101, 1));
        assertThat(isValid(1_000)).isFalse();

        apply(30, heartbeat(102, 2));

        assertThat(isValid(102)).isFalse();
        assertThat(isValid(103)).isTrue();
    }

    @Test
    void gap_closesUntilAHeartbeatBegunAfterIt() {
        open();
        assertThat(isValid(102)).isTrue();

        apply(30, new Content.Gap(5));
        assertThat(isValid(500)).isFalse();
        apply(40, heartbeat(110, 4));
        assertThat(isValid(500)).isFalse();
        apply(50, heartbeat(111, 5));
        assertThat(isValid(111)).isFalse();
        assertThat(isValid(112)).isTrue();
    }

    @Test
    void gap_isOverAtALaterReadersFirstHeartbeat() {
        open();
        apply(30, new Content.Gap(5));

        follower.apply(next(new LogPosition(7, new Lsn(40), 2), heartbeat(120, 1)));

        assertThat(isValid(121)).isTrue();
    }

    @Test
    void unknownRecord_closesUntilALaterReader() {
        open();

        assertThat(apply(30, new Content.Unknown(99))).isEqualTo(Applied.APPLIED);
        apply(40, heartbeat(110, 2));

        assertThat(isValid(500)).isFalse();
    }

    @Test
    void change_makesOlderVersionsInvalid() {
        open();
        apply(30, changed(150));

        assertThat(isValid(150)).isFalse();
        assertThat(isValid(151)).isTrue();
        assertThat(follower.isValid(answer(150, IDENTITY, false))).isFalse();
        assertThat(follower.isValid(answer(150, OTHER, false))).isTrue();
    }

    @Test
    void entryOfAnotherHistory_isInvalid() {
        open();

        assertThat(follower.isValid(answer(1_000, OTHER, true))).isFalse();
    }

    @Test
    void newGeneration_forgetsTheOldHistory() {
        open();
        apply(30, changed(900));

        follower.apply(
                next(new LogPosition(8, new Lsn(5), 2), new Content.Generation(OTHER, 200, 1)));
        follower.apply(next(new LogPosition(8, new Lsn(6), 2), heartbeat(201, 1)));

        assertThat(isValid(1_000)).isFalse();
        assertThat(follower.isValid(answer(202, OTHER, true))).isTrue();
    }

    @Test
    void recordWithoutItsPredecessor_isRefused() {
        open();
        next(at(30), changed(150)); // lost

        assertThat(apply(40, heartbeat(160, 2))).isEqualTo(Applied.REFUSED);
        assertThat(follower.position()).isEqualTo(at(20));
    }

    @Test
    void recordThatWasApplied_isRepeated() {
        LogRecord generation = next(at(10), new Content.Generation(IDENTITY, 100, 1));
        LogRecord heartbeat = next(at(20), heartbeat(101, 1));
        follower.apply(generation);
        follower.apply(heartbeat);

        assertThat(follower.apply(heartbeat)).isEqualTo(Applied.REPEATED);
        assertThat(follower.apply(generation)).isEqualTo(Applied.REPEATED);
    }

    /** What was told to this node may have been lost with a Redis master, and told again. */
    @Test
    void otherRecordInTheSamePlace_isRefused() {
        open();

        LogPosition retold = new LogPosition(7, new Lsn(20), 2);
        assertThat(follower.apply(new LogRecord(retold, at(10), heartbeat(101, 1))))
                .isEqualTo(Applied.REFUSED);
        assertThat(
                        follower.apply(
                                new LogRecord(
                                        new LogPosition(7, new Lsn(30), 2), retold, changed(150))))
                .isEqualTo(Applied.REFUSED);
    }

    @Test
    void impossibleStamp_isRefusedBeforeItPoisonsAnything() {
        open();

        assertThat(apply(30, changed(101 + LogFollower.STAMP_AHEAD_MAX + 1)))
                .isEqualTo(Applied.REFUSED);
        assertThat(isValid(102)).isTrue();
    }

    @Test
    void advisory_countsForItsOwnHistoryOnly() {
        open();

        follower.advise(new Advisory(OTHER, new Change(150, FILM_1)));
        assertThat(isValid(120)).isTrue();
        follower.advise(new Advisory(IDENTITY, new Change(150, FILM_1)));
        assertThat(isValid(120)).isFalse();
        assertThat(follower.position()).isEqualTo(at(20));
    }

    @Test
    void copy_goesOnWhereTheOtherWas_whateverTheSizesOfTheClocks() {
        open();
        apply(30, changed(150));
        for (int slots : new int[] {1 << 4, 1 << 10, 1 << 14}) {
            LogFollower copy = new LogFollower(slots);
            copy.restore(follower.copy());

            assertThat(copy.position()).isEqualTo(at(30));
            assertThat(copy.isValid(answer(150, IDENTITY, true))).isFalse();
            assertThat(copy.isValid(answer(151, IDENTITY, true))).isTrue();
            assertThat(copy.apply(new LogRecord(at(40), at(30), changed(160))))
                    .isEqualTo(Applied.APPLIED);
        }
    }

    @Test
    void copyOfAClosedFollower_isClosed() {
        apply(10, new Content.Generation(IDENTITY, 100, 1));
        LogFollower copy = new LogFollower(1 << 10);
        copy.restore(follower.copy());

        assertThat(copy.isOpen()).isFalse();
        copy.apply(new LogRecord(at(20), at(10), heartbeat(101, 1)));
        assertThat(copy.isOpen()).isTrue();
    }
}

package dev.tidemark.cache.invalidation;

import static dev.tidemark.cache.invalidation.Records.at;
import static dev.tidemark.cache.invalidation.Records.changed;
import static dev.tidemark.cache.invalidation.Records.generation;
import static dev.tidemark.cache.invalidation.Records.heartbeat;
import static dev.tidemark.cache.invalidation.Records.record;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.common.log.Change;
import dev.tidemark.common.log.FollowerState;
import dev.tidemark.common.log.LogFollower;
import dev.tidemark.common.log.LogPosition;
import dev.tidemark.common.log.LogRecord.Content;
import dev.tidemark.common.tag.Lsn;
import dev.tidemark.common.tag.Tag;
import dev.tidemark.common.tag.Tags;
import dev.tidemark.common.wire.MalformedException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PlausibilityTest {

    /** The highest that may follow 1,000. */
    private static final long HIGHEST = 1_000 + LogFollower.STAMP_AHEAD_MAX;

    private static final FollowerState KNOWN =
            new FollowerState(at(1, 3), Records.IDENTITY, 0, 1_000, Optional.empty());

    private final EncodedRecord before = heartbeat(1, at(0, 3), 3, 1_000);

    @Test
    void stamps_mayBeAheadByAsMuchAsPostgresAssigns() {
        assertAccepted(changed(2, before.record(), HIGHEST, Tag.anyRow("a")));
        assertRefused(changed(2, before.record(), HIGHEST + 1, Tag.anyRow("a")));
        assertRefused(changed(2, before.record(), -1, Tag.anyRow("a")));
        assertAccepted(heartbeat(2, before.record(), HIGHEST));
        assertRefused(heartbeat(2, before.record(), HIGHEST + 1));
        assertRefused(heartbeat(2, before.record(), -1));
    }

    @Test
    void heartbeatOfTheSameBatch_movesTheBound() {
        EncodedRecord beat = heartbeat(2, before.record(), HIGHEST);
        assertAccepted(beat, changed(3, beat.record(), HIGHEST + 1_000, Tag.anyRow("a")));
    }

    @Test
    void generation_setsItsOwnBound() {
        LogPosition later = new LogPosition(8, new Lsn(1), 3);
        EncodedRecord begun =
                record(later, at(1, 3), new Content.Generation(Records.IDENTITY, 1L << 50, 1));
        LogPosition next = new LogPosition(8, new Lsn(2), 3);
        assertAccepted(
                begun,
                record(next, later, new Content.Changed(new Change((1L << 50) + 9, Tags.NONE))));
        assertRefused(
                begun,
                record(next, later, new Content.Changed(new Change(Long.MAX_VALUE, Tags.NONE))));
        assertRefused(record(later, at(1, 3), new Content.Generation(Records.IDENTITY, -1, 1)));
    }

    @Test
    void generationThatIsNotKnownHere_isLeftToItsFollowers() {
        LogPosition place = new LogPosition(8, new Lsn(2), 3);
        assertAccepted(
                record(
                        place,
                        new LogPosition(8, new Lsn(1), 3),
                        new Content.Changed(new Change(Long.MAX_VALUE, Tags.NONE))));
    }

    @Test
    void placesAndNumbersThatCannotBe_areRefused() {
        assertRefused();
        assertRefused(generation(1, 0));
        assertRefused(
                record(new LogPosition(0, new Lsn(2), 3), LogPosition.NONE, new Content.Gap(1)));
    }

    private static void assertAccepted(EncodedRecord... batch) {
        assertThatCode(() -> Plausibility.check(List.of(batch), KNOWN)).doesNotThrowAnyException();
    }

    private static void assertRefused(EncodedRecord... batch) {
        assertThatThrownBy(() -> Plausibility.check(List.of(batch), KNOWN))
                .isInstanceOf(MalformedException.class);
    }
}

package dev.tidemark.retrieval.change;

import static dev.tidemark.retrieval.change.Continuity.BROKEN;
import static dev.tidemark.retrieval.change.Continuity.PROVEN;
import static dev.tidemark.retrieval.change.Continuity.TO_BE_PROVEN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.common.log.Change;
import dev.tidemark.common.log.LogPosition;
import dev.tidemark.common.log.LogRecord;
import dev.tidemark.common.log.LogRecord.Content;
import dev.tidemark.common.tag.Lsn;
import dev.tidemark.common.tag.Tags;
import dev.tidemark.common.wire.DatabaseIdentity;
import dev.tidemark.retrieval.pgoutput.CommittedTransaction;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ContinuityTest {

    private static final DatabaseIdentity IDENTITY = new DatabaseIdentity(1, 2, 3, 4);
    private static final DatabaseIdentity OTHER = new DatabaseIdentity(1, 2, 3, 5);
    private static final UUID READER = new UUID(1, 2);
    private static final Content CHANGED = new Content.Changed(new Change(9, Tags.ofHashes(1, 2)));
    private static final Content HEARTBEAT = new Content.Heartbeat(9, 5, Instant.ofEpochSecond(1));

    private static LogRecord tail(long generation, long lsn, Content content) {
        return new LogRecord(
                new LogPosition(generation, new Lsn(lsn), 1), LogPosition.NONE, content);
    }

    private static Continuity of(LogRecord tail, long decodedFrom, long written) {
        return Continuity.of(
                Optional.of(tail), IDENTITY, 7, new Lsn(decodedFrom), new Lsn(written));
    }

    @Test
    void emptyLog_isBroken() {
        assertThat(Continuity.of(Optional.empty(), IDENTITY, 7, new Lsn(1), new Lsn(2)))
                .isEqualTo(BROKEN);
    }

    @Test
    void generationOfAnotherIncarnation_isBroken() {
        assertThat(of(tail(6, 100, HEARTBEAT), 50, 200)).isEqualTo(BROKEN);
        assertThat(of(tail(7, 100, new Content.Generation(OTHER, 1, 1)), 50, 200))
                .isEqualTo(BROKEN);
    }

    @Test
    void tailAheadOfTheDatabase_isBroken() {
        assertThat(of(tail(7, 201, HEARTBEAT), 50, 200)).isEqualTo(BROKEN);
        assertThat(of(tail(7, 200, HEARTBEAT), 50, 200)).isEqualTo(TO_BE_PROVEN);
    }

    @Test
    void tailThatIsNotDecodedAgain_isBroken() {
        assertThat(of(tail(7, 100, CHANGED), 100, 200)).isEqualTo(BROKEN);
        assertThat(of(tail(7, 100, CHANGED), 99, 200)).isEqualTo(TO_BE_PROVEN);
    }

    @Test
    void syntheticTail_isProvenUnlessDecodingBeginsAfterIt() {
        Content generation = new Content.Generation(IDENTITY, 1, 1);
        assertThat(of(tail(7, 100, generation), 100, 200)).isEqualTo(PROVEN);
        assertThat(of(tail(7, 100, generation), 101, 200)).isEqualTo(BROKEN);
        assertThat(of(tail(7, 100, new Content.Gap(3)), 100, 200)).isEqualTo(PROVEN);
        assertThat(of(tail(7, 100, new Content.Gap(3)), 101, 200)).isEqualTo(BROKEN);
        assertThat(of(tail(7, 100, new Content.Unknown(99)), 50, 200)).isEqualTo(BROKEN);
    }

    private static CommittedTransaction decoded(long end, Tags tags, String heartbeat) {
        return new CommittedTransaction(
                new Lsn(end), 9, tags, false, Optional.of(heartbeat), false);
    }

    @Test
    void sameTransactionInTheSamePlace_isProven() {
        LogRecord changed = tail(7, 100, CHANGED);
        assertThat(Continuity.of(changed, decoded(100, Tags.ofHashes(1, 2), ""))).isEqualTo(PROVEN);
        assertThat(Continuity.of(changed, decoded(100, Tags.ofHashes(1), ""))).isEqualTo(BROKEN);
        assertThat(Continuity.of(changed, decoded(101, Tags.ofHashes(1, 2), ""))).isEqualTo(BROKEN);

        LogRecord heartbeat = tail(7, 100, HEARTBEAT);
        assertThat(Continuity.of(heartbeat, decoded(100, Tags.NONE, READER + " 5 9 1000000")))
                .isEqualTo(PROVEN);
        for (String other : List.of(" 6 9 1000000", " 5 8 1000000", " 5 9 1000001", "")) {
            assertThat(Continuity.of(heartbeat, decoded(100, Tags.NONE, READER + other)))
                    .isEqualTo(BROKEN);
        }
    }
}

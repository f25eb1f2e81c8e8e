package dev.tidemark.common.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.common.log.LogRecord.Content;
import dev.tidemark.common.tag.Lsn;
import dev.tidemark.common.tag.Tags;
import dev.tidemark.common.wire.DatabaseIdentity;
import dev.tidemark.common.wire.MalformedException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LogCodecTest {

    private static final LogPosition FIRST = new LogPosition(7, new Lsn(0x10), 3);
    private static final LogPosition SECOND = new LogPosition(7, new Lsn(0x20), 3);
    private static final DatabaseIdentity IDENTITY =
            new DatabaseIdentity(-2, 3, 0xffff_ffffL, Long.MIN_VALUE);
    private static final Change CHANGE = new Change(0x1122334455L, Tags.ofHashes(7, -1));

    private static final List<LogRecord> RECORDS =
            List.of(
                    new LogRecord(FIRST, LogPosition.NONE, new Content.Generation(IDENTITY, 99, 1)),
                    new LogRecord(SECOND, FIRST, new Content.Changed(CHANGE)),
                    new LogRecord(
                            SECOND,
                            FIRST,
                            new Content.Heartbeat(
                                    100, 5, Instant.parse("2026-11-23T20:00:00.123456Z"))),
                    new LogRecord(SECOND, FIRST, new Content.Gap(6)));

    /** Records outlive the process that wrote them: these bytes are format 1, for ever. */
    @Test
    void format1_isPinned() {
        assertThat(HexFormat.of().formatHex(LogCodec.encodeRecord(RECORDS.get(1))))
                .isEqualTo(
                        """
                        01 01
                        0000000000000007 0000000000000020 0000000000000003
                        0000000000000007 0000000000000010 0000000000000003
                        0000001122334455 00000002 ffffffffffffffff 0000000000000007
                        """
                                .replaceAll("\\s", ""));
    }

    @Test
    void records_comeBackAsTheyWere() throws MalformedException {
        for (LogRecord record : RECORDS) {
            assertThat(LogCodec.decodeRecord(ByteBuffer.wrap(LogCodec.encodeRecord(record))))
                    .isEqualTo(record);
        }
        assertThat(LogCodec.decodeBatch(ByteBuffer.wrap(LogCodec.encodeBatch(RECORDS))))
                .isEqualTo(RECORDS);
    }

    @Test
    void recordOfAnUnknownKind_keepsItsPlace() throws MalformedException {
        byte[] bytes = LogCodec.encodeRecord(RECORDS.get(1));
        bytes[1] = 77;

        assertThat(LogCodec.decodeRecord(ByteBuffer.wrap(bytes)))
                .isEqualTo(new LogRecord(SECOND, FIRST, new Content.Unknown(77)));
    }

    /** Else no reader could ever open the log again. */
    @Test
    void tailOfAnUnknownKind_isSaidByItsPlace() throws MalformedException {
        LogRecord tail = new LogRecord(SECOND, FIRST, new Content.Unknown(77));
        LogRecord said = new LogRecord(SECOND, FIRST, new Content.Unknown(0));

        assertThat(
                        LogCodec.decodeOpened(
                                ByteBuffer.wrap(
                                        LogCodec.encodeOpened(
                                                new LogOpened(4, Optional.of(tail))))))
                .isEqualTo(new LogOpened(4, Optional.of(said)));
        assertThat(
                        LogCodec.decodeOutcome(
                                ByteBuffer.wrap(
                                        LogCodec.encodeOutcome(
                                                new AppendOutcome.Refused(9, Optional.of(tail))))))
                .isEqualTo(new AppendOutcome.Refused(9, Optional.of(said)));
    }

    @Test
    void messages_comeBackAsTheyWere() throws MalformedException {
        LogOpened opened = new LogOpened(4, Optional.of(RECORDS.get(1)));
        assertThat(LogCodec.decodeOpened(ByteBuffer.wrap(LogCodec.encodeOpened(opened))))
                .isEqualTo(opened);
        for (AppendOutcome outcome :
                List.of(
                        new AppendOutcome.Appended(SECOND, FIRST),
                        new AppendOutcome.Refused(9, Optional.empty()))) {
            assertThat(LogCodec.decodeOutcome(ByteBuffer.wrap(LogCodec.encodeOutcome(outcome))))
                    .isEqualTo(outcome);
        }
        Completeness completeness = new Completeness(SECOND, Duration.ofMillis(12));
        assertThat(
                        LogCodec.decodeCompleteness(
                                ByteBuffer.wrap(LogCodec.encodeCompleteness(completeness))))
                .isEqualTo(completeness);
    }

    @Test
    void frames_comeBackAsTheyWere() throws MalformedException {
        FollowerState state =
                new FollowerState(
                        SECOND, IDENTITY, 90, 100, Optional.of(new FollowerState.Awaited(3, 8)));
        for (FeedFrame frame :
                List.of(
                        new FeedFrame.SnapshotBegun(state, 1 << 20),
                        new FeedFrame.SnapshotEnded(),
                        new FeedFrame.Appended(RECORDS.get(1)),
                        new FeedFrame.Advised(new Advisory(IDENTITY, CHANGE)))) {
            assertThat(decodeFrame(LogCodec.encodeFrame(frame))).isEqualTo(frame);
        }
        FeedFrame.Slots slots =
                (FeedFrame.Slots)
                        decodeFrame(
                                LogCodec.encodeFrame(new FeedFrame.Slots(5, new long[] {1, 2})));
        assertThat(slots.first()).isEqualTo(5);
        assertThat(slots.stamps()).containsExactly(1, 2);
    }

    private static FeedFrame decodeFrame(byte[] framed) throws MalformedException {
        return LogCodec.decodeFrame(ByteBuffer.wrap(framed, 4, framed.length - 4).slice());
    }

    @Test
    void damagedBytes_areMalformedAndNothingWorse() {
        Random random = new Random(1);
        byte[] batch = LogCodec.encodeBatch(RECORDS);
        for (int i = 0; i < 20_000; i++) {
            byte[] damaged = Arrays.copyOf(batch, random.nextInt(batch.length + 1));
            for (int flips = random.nextInt(4); flips > 0 && damaged.length > 0; flips--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            }
            try {
                LogCodec.decodeBatch(ByteBuffer.wrap(damaged));
            } catch (MalformedException expected) {
                // The one thing that may happen.
            }
        }
    }
}

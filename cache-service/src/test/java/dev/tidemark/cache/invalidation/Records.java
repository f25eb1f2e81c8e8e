package dev.tidemark.cache.invalidation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.common.log.Change;
import dev.tidemark.common.log.LogFollower;
import dev.tidemark.common.log.LogPosition;
import dev.tidemark.common.log.LogRecord;
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

/** Log records for tests, of one generation. */
public final class Records {

    public static final DatabaseIdentity IDENTITY = new DatabaseIdentity(1, 1, 5, 77);

    /** Above 2^53, where a double's neighbours are one number. */
    private static final long LSN_BASE = (1L << 53) + 1;

    private Records() {}

    public static LogPosition at(long lsn, long term) {
        return new LogPosition(7, new Lsn(LSN_BASE + lsn), term);
    }

    /** An answer of their history that they tell everything about. */
    public static Answer answer(long version, Tag... tags) {
        return new Answer(
                200,
                List.of(),
                new byte[] {'x'},
                new Version(version),
                Lsn.UNKNOWN,
                Tags.of(List.of(tags)),
                new Policy(Duration.ofMinutes(1), Duration.ofHours(1), Duration.ZERO, true),
                IDENTITY,
                true);
    }

    /** The first record of a log. */
    public static EncodedRecord generation(long lsn, long term) {
        return generation(lsn, term, LogPosition.NONE);
    }

    public static EncodedRecord generation(long lsn, long term, LogPosition predecessor) {
        return record(at(lsn, term), predecessor, new Content.Generation(IDENTITY, 1_000, 1));
    }

    public static EncodedRecord changed(long lsn, LogRecord after, long stamp, Tag... tags) {
        return record(
                at(lsn, after.position().term()),
                after.position(),
                new Content.Changed(new Change(stamp, Tags.of(List.of(tags)))));
    }

    public static EncodedRecord heartbeat(long lsn, LogRecord after, long xid) {
        return heartbeat(lsn, after.position(), after.position().term(), xid);
    }

    public static EncodedRecord heartbeat(long lsn, LogPosition after, long term, long xid) {
        return record(at(lsn, term), after, new Content.Heartbeat(xid, 1, Instant.EPOCH));
    }

    public static EncodedRecord record(
            LogPosition position, LogPosition predecessor, Content content) {
        return EncodedRecord.of(new LogRecord(position, predecessor, content));
    }

    /** A replica that keeps so many frames for its followers. */
    public static LogReplica replica(int framesMax) {
        LogReplica replica = new LogReplica(1 << 14, framesMax, 1 << 20, System::nanoTime);
        replica.caughtUp();
        return replica;
    }

    public static void apply(LogReplica replica, EncodedRecord... records) {
        for (EncodedRecord record : records) {
            assertThat(replica.apply(record)).isEqualTo(LogFollower.Applied.APPLIED);
        }
    }

    /** As when the log turns out not to go on. */
    public static void close(LogReplica replica) {
        replica.close();
    }

    public static void restore(LogReplica replica, LogFollower.Copy copy) {
        replica.restore(copy);
        replica.caughtUp();
    }
}

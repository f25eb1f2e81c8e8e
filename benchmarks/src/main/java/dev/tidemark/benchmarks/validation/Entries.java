package dev.tidemark.benchmarks.validation;

import dev.tidemark.common.log.Change;
import dev.tidemark.common.log.LogPosition;
import dev.tidemark.common.log.LogRecord;
import dev.tidemark.common.log.LogRecord.Content;
import dev.tidemark.common.tag.Lsn;
import dev.tidemark.common.tag.Tags;
import dev.tidemark.common.tag.Version;
import dev.tidemark.common.wire.Answer;
import dev.tidemark.common.wire.DatabaseIdentity;
import dev.tidemark.common.wire.HeaderField;
import dev.tidemark.common.wire.Policy;
import dev.tidemark.gateway.feed.Follower;
import dev.tidemark.gateway.time.MonotonicClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import reactor.core.scheduler.Schedulers;

/** A log with many changes, and answers that were read after all of them: they are valid. */
final class Entries {

    static final int SLOTS = 1 << 20;

    private static final DatabaseIdentity IDENTITY = new DatabaseIdentity(7, 1, 16_384, 99);
    private static final Policy POLICY =
            new Policy(Duration.ofDays(1), Duration.ofDays(2), Duration.ZERO, true);
    private static final long XID_FIRST = 1_000;

    /** As many as there are slots: most have something then. */
    static final int CHANGES = SLOTS;

    private static final Version VERSION = new Version(XID_FIRST + CHANGES + 1);
    private static final int BODY_BYTES = 200;

    private Entries() {}

    /** One that never takes what it knows for too old. */
    static Follower follower() {
        return new Follower(
                SLOTS, Duration.ofDays(1), MonotonicClock.SYSTEM, Schedulers.immediate());
    }

    /**
     * Tells a log that is open in the end.
     *
     * @param changes {@link #CHANGES} at most, each of one tag
     */
    static void tell(Consumer<LogRecord> follower, int changes, SplittableRandom random) {
        LogPosition last = LogPosition.NONE;
        last = tell(follower, last, new Content.Generation(IDENTITY, XID_FIRST, 1));
        last = tell(follower, last, new Content.Heartbeat(XID_FIRST, 1, Instant.EPOCH));
        for (int i = 0; i < changes; i++) {
            Change change = new Change(XID_FIRST + i, Tags.ofHashes(random.nextLong()));
            last = tell(follower, last, new Content.Changed(change));
        }
    }

    private static LogPosition tell(
            Consumer<LogRecord> follower, LogPosition last, Content content) {
        LogPosition next = new LogPosition(1, new Lsn(last.lsn().position() + 8), 1);
        follower.accept(new LogRecord(next, last, content));
        return next;
    }

    /** Answers in no order of memory, each with tags of its own. */
    static Answer[] answers(int number, int tags, SplittableRandom random) {
        Answer[] answers = new Answer[number];
        for (int i = 0; i < number; i++) {
            answers[i] =
                    new Answer(
                            200,
                            List.of(new HeaderField("Content-Type", "application/json")),
                            new byte[BODY_BYTES],
                            VERSION,
                            new Lsn(1),
                            Tags.ofHashes(random.longs(tags).toArray()),
                            POLICY,
                            IDENTITY,
                            true);
        }
        for (int i = number - 1; i > 0; i--) {
            int other = random.nextInt(i + 1);
            Answer swapped = answers[i];
            answers[i] = answers[other];
            answers[other] = swapped;
        }
        return answers;
    }
}

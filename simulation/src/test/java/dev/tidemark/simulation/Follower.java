package dev.tidemark.simulation;

import dev.tidemark.common.log.LogFollower;
import dev.tidemark.common.log.LogPosition;
import dev.tidemark.common.log.LogRecord;
import dev.tidemark.common.log.LogRecord.Content;
import dev.tidemark.common.tag.Lsn;
import dev.tidemark.common.tag.TagClock;
import dev.tidemark.common.tag.Version;
import dev.tidemark.common.wire.Answer;
import dev.tidemark.common.wire.DatabaseIdentity;
import java.time.Instant;

/** The real follower; where a wrong rule is tried, it is told wrong things. */
final class Follower {

    private final Rule rule;
    private final LogFollower real = new LogFollower(World.CLOCK_SLOTS);
    private long highestXid;
    private LogPosition told = LogPosition.NONE;

    Follower(Rule rule) {
        this.rule = rule;
    }

    LogFollower.Applied apply(LogRecord record) {
        LogRecord next = record;
        if (rule == Rule.FOLLOWER_WITHOUT_CHAIN || rule == Rule.FLOOR_IS_HIGHEST_XID_SEEN) {
            boolean chained = record.predecessor().equals(told);
            if (!chained && rule == Rule.FLOOR_IS_HIGHEST_XID_SEEN) {
                return record.position().isAfter(told)
                        ? LogFollower.Applied.REFUSED
                        : real.apply(record);
            }
            next = new LogRecord(record.position(), real.position(), record.content());
        }
        if (rule == Rule.IDENTITY_WITHOUT_INCARNATION
                && record.content() instanceof Content.Generation generation) {
            // The history is the same by name: a gap at most.
            next =
                    new LogRecord(
                            next.position(),
                            next.predecessor(),
                            real.position().equals(LogPosition.NONE)
                                    ? new Content.Generation(
                                            withoutIncarnation(generation.identity()),
                                            generation.xid(),
                                            generation.fromSequence())
                                    : new Content.Gap(generation.fromSequence()));
        }
        LogFollower.Applied applied = real.apply(next);
        if (applied == LogFollower.Applied.APPLIED) {
            told = record.position();
            remember(record.content());
        }
        return applied;
    }

    private void remember(Content content) {
        switch (content) {
            case Content.Changed(var change) -> highestXid = Math.max(highestXid, change.stamp());
            case Content.Heartbeat heartbeat -> highestXid = Math.max(highestXid, heartbeat.xid());
            case Content.Gap _, Content.Generation _ -> {
                if (rule == Rule.FLOOR_IS_HIGHEST_XID_SEEN) {
                    openAtOnce(highestXid);
                }
            }
            case Content.Unknown _ -> {}
        }
    }

    private void openAtOnce(long floor) {
        LogPosition at = real.position();
        LogPosition next =
                new LogPosition(at.generation(), new Lsn(at.lsn().position() + 1), at.term());
        real.apply(
                new LogRecord(
                        next, at, new Content.Heartbeat(floor, Long.MAX_VALUE, Instant.EPOCH)));
    }

    boolean isValid(Answer answer) {
        Answer asked =
                switch (rule) {
                    case AT_OR_BELOW_THE_VERSION ->
                            with(
                                    answer,
                                    new Version(answer.version().xmin() + 1),
                                    answer.identity());
                    case IDENTITY_WITHOUT_INCARNATION ->
                            with(answer, answer.version(), withoutIncarnation(answer.identity()));
                    default -> answer;
                };
        return real.isValid(asked);
    }

    private static Answer with(Answer answer, Version version, DatabaseIdentity identity) {
        return new Answer(
                answer.status(),
                answer.head(),
                answer.body(),
                version,
                answer.seenLsn(),
                answer.tags(),
                answer.policy(),
                identity,
                answer.followed());
    }

    static DatabaseIdentity withoutIncarnation(DatabaseIdentity identity) {
        return new DatabaseIdentity(
                identity.systemIdentifier(), identity.timeline(), identity.databaseOid(), 1);
    }

    LogPosition position() {
        return real.position();
    }

    /** What the next record names as its predecessor. */
    LogPosition told() {
        return told;
    }

    DatabaseIdentity identity() {
        return real.identity();
    }

    LogFollower.Copy copy() {
        LogFollower.Copy live = real.copy();
        TagClock clock = new TagClock(live.clock().slots());
        for (int slot = 0; slot < clock.slots(); slot++) {
            clock.adopt(slot, clock.slots(), live.clock().stamp(slot));
        }
        return new LogFollower.Copy(live.state(), clock);
    }

    void restore(LogFollower.Copy copy) {
        real.restore(copy);
        told = copy.state().position();
    }
}

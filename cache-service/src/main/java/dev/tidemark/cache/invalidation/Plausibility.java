package dev.tidemark.cache.invalidation;

import dev.tidemark.common.log.Change;
import dev.tidemark.common.log.FollowerState;
import dev.tidemark.common.log.LogCodec;
import dev.tidemark.common.log.LogFollower;
import dev.tidemark.common.log.LogRecord;
import dev.tidemark.common.wire.MalformedException;
import java.util.List;

/**
 * Keeps out of the log what every follower would refuse: one corrupt number must not make slots
 * invalid for ever, and in the log it would stay.
 */
final class Plausibility {

    private Plausibility() {}

    /**
     * Checks a batch against what this instance knows. Of a generation that it does not know yet it
     * can say nothing.
     *
     * @throws MalformedException if a record cannot be true
     */
    static void check(List<EncodedRecord> batch, FollowerState known) throws MalformedException {
        if (batch.isEmpty()) {
            throw new MalformedException("a batch of none");
        }
        long generation = known.position().generation();
        long xid = known.xid();
        for (EncodedRecord encoded : batch) {
            LogRecord record = encoded.record();
            if (encoded.bytes().length > LogCodec.RECORD_BYTES_MAX) {
                throw new MalformedException("a record of " + encoded.bytes().length + " bytes");
            }
            if (record.position().generation() < 1 || record.position().term() < 1) {
                throw new MalformedException("a record at " + record.position());
            }
            if (record.content() instanceof LogRecord.Content.Generation opened) {
                requireXid(opened.xid(), opened.xid());
                generation = record.position().generation();
                xid = opened.xid();
            } else if (record.position().generation() == generation) {
                xid = Math.max(xid, checked(record.content(), xid));
            }
        }
    }

    /** The highest xid that is known to be assigned by a record. */
    private static long checked(LogRecord.Content content, long known) throws MalformedException {
        switch (content) {
            case LogRecord.Content.Changed(Change change) -> requireXid(change.stamp(), known);
            case LogRecord.Content.Heartbeat heartbeat -> {
                requireXid(heartbeat.xid(), known);
                return heartbeat.xid();
            }
            case LogRecord.Content.Gap _,
                    LogRecord.Content.Generation _,
                    LogRecord.Content.Unknown _ -> {}
        }
        return known;
    }

    private static void requireXid(long xid, long known) throws MalformedException {
        if (xid < 0 || xid - known > LogFollower.STAMP_AHEAD_MAX) {
            throw new MalformedException("the xid " + xid + " after " + known);
        }
    }
}

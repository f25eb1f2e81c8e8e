package dev.tidemark.common.log;

import dev.tidemark.common.wire.DatabaseIdentity;
import java.util.Optional;

/**
 * Where a follower is, beside its tag clock.
 *
 * @param position the last record applied
 * @param identity the history that the log tells of
 * @param floor what versions must be above
 * @param xid the highest xid that is known to be assigned, from the last heartbeat
 * @param awaited the heartbeat without which nothing is valid; empty when the follower is open
 */
public record FollowerState(
        LogPosition position,
        DatabaseIdentity identity,
        long floor,
        long xid,
        Optional<Awaited> awaited) {

    /** Knows nothing: no entry of any history is valid. */
    public static final FollowerState INITIAL =
            new FollowerState(
                    LogPosition.NONE,
                    DatabaseIdentity.UNKNOWN,
                    0,
                    0,
                    Optional.of(new Awaited(Long.MAX_VALUE, Long.MAX_VALUE)));

    /**
     * The first heartbeat whose xid is a floor.
     *
     * @param term that reader's from this sequence on, and any of later readers
     */
    public record Awaited(long term, long sequence) {

        boolean isMetBy(long heartbeatTerm, long heartbeatSequence) {
            return heartbeatTerm > term || (heartbeatTerm == term && heartbeatSequence >= sequence);
        }
    }
}

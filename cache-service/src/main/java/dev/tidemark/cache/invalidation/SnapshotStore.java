package dev.tidemark.cache.invalidation;

import dev.tidemark.common.log.LogPosition;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Keeps the latest snapshot of the tag clock beside the log, for instances that start. The log is
 * trimmed below it, and below nothing else.
 *
 * <p>No method blocks; a future fails with {@link LogUnavailableException} if the store cannot be
 * asked.
 */
public interface SnapshotStore {

    /** The place of the latest snapshot, without loading it. */
    CompletableFuture<Optional<LogPosition>> latest();

    /** The latest snapshot; empty if there is none that is whole. */
    CompletableFuture<Optional<ClockSnapshot>> load();

    /**
     * Keeps a snapshot in place of the last one, if it can be read back as it was written, and
     * trims the log below it. One instance at a time does so.
     *
     * @param recordsMin how many of the log's last records stay in any case
     */
    CompletableFuture<Kept> keep(ClockSnapshot snapshot, int recordsMin);

    /** What became of a snapshot. */
    enum Kept {
        KEPT,
        /** Another instance is at it, or has just been. */
        LEFT_TO_ANOTHER,
        /** It could not be read back as it was written. */
        DAMAGED
    }
}

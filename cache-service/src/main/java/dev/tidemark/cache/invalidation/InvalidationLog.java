package dev.tidemark.cache.invalidation;

import dev.tidemark.common.log.AppendOutcome;
import dev.tidemark.common.log.LogOpened;
import dev.tidemark.common.log.LogPosition;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The records that tell of the database's changes, each naming its predecessor. Only the reader who
 * opened it last may append, and only to its end, so that neither a zombie nor a retry nor an end
 * that was lost can hide a record.
 *
 * <p>No method blocks. A future fails with {@link LogUnavailableException} if the log cannot be
 * asked; then an append may have happened, and can be repeated safely.
 */
public interface InvalidationLog {

    /** Gives out a term above all earlier ones, whose readers are refused from now on. */
    CompletableFuture<LogOpened> open();

    /**
     * Appends all records or none. What is there already with the same bytes, at the end of the
     * log, is not appended again. The first record of a log is a generation's.
     *
     * @param batch at least one record
     */
    CompletableFuture<AppendOutcome> append(List<EncodedRecord> batch);

    /**
     * What comes after a place.
     *
     * @param after the place of a record; {@link LogPosition#NONE} for the start of a log that was
     *     never trimmed
     * @param recordsMax the most records to return
     * @param patience how long to wait for a first record if there is none yet
     */
    CompletableFuture<LogRead> read(LogPosition after, int recordsMax, Duration patience);

    /** The first record that the log still has. */
    CompletableFuture<Optional<EncodedRecord>> first();
}

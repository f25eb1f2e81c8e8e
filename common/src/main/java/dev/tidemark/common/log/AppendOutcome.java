package dev.tidemark.common.log;

import java.util.Optional;

/** What became of a batch of records. A log that cannot be asked is a failure, not an outcome. */
public sealed interface AppendOutcome {

    /**
     * All are in the log, whether by this request or by an earlier one.
     *
     * @param tail the place of the batch's last record
     * @param durable up to where a replica is known to have the log; {@link LogPosition#NONE} if
     *     that is not known
     */
    record Appended(LogPosition tail, LogPosition durable) implements AppendOutcome {}

    /**
     * None was appended: the first one's predecessor is not the log's last record, or another
     * reader has opened the log since.
     *
     * @param term the latest reader's
     * @param tail the log's last record; empty if it has none
     */
    record Refused(long term, Optional<LogRecord> tail) implements AppendOutcome {}
}

package dev.tidemark.retrieval.change;

import dev.tidemark.common.log.AppendOutcome;
import dev.tidemark.common.log.LogOpened;
import dev.tidemark.common.log.LogRecord;
import java.io.IOException;
import java.util.List;

/** The invalidation log, as its writer sees it. */
interface LogClient {

    /** Opens the log to append: earlier readers are refused from then on. */
    LogOpened open() throws IOException, InterruptedException;

    /**
     * Appends records; repeating it is harmless.
     *
     * @throws IOException if it is not known whether they were appended
     */
    AppendOutcome append(List<LogRecord> records) throws IOException, InterruptedException;
}

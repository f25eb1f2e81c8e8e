package dev.tidemark.common.log;

import java.util.Optional;

/**
 * What a reader is told when it opens the log to append: from then on, earlier readers are refused.
 *
 * @param term the reader's own, above all earlier ones
 * @param tail the log's last record; empty if it has none
 */
public record LogOpened(long term, Optional<LogRecord> tail) {}

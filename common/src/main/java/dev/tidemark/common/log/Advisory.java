package dev.tidemark.common.log;

import dev.tidemark.common.wire.DatabaseIdentity;

/**
 * A write through Tidemark, told ahead of the log by whoever made it. It has no place in the log
 * and promises nothing: it only makes others see the write sooner.
 */
public record Advisory(DatabaseIdentity identity, Change change) {}

package dev.tidemark.common.log;

import dev.tidemark.common.tag.Tags;

/**
 * What a committed transaction makes invalid.
 *
 * @param stamp the xid of the transaction, or a larger one: every entry with one of these tags
 *     whose version is not above it is invalid
 * @param tags of all rows, tables and lists that it changed
 */
public record Change(long stamp, Tags tags) {}

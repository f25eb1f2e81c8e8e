package dev.tidemark.retrieval.table;

import java.util.Optional;

/**
 * A table whose changes matter to what is served, itself served or behind something that is.
 *
 * @param obstacle why its changes cannot be captured; empty if they can
 */
public record Source(long oid, TableName name, Optional<String> obstacle) {}

package dev.tidemark.retrieval.database;

/**
 * The lanes of this service.
 *
 * @param rows reads of one row
 * @param lists reads of many rows
 * @param streams answers that are too large to aggregate
 * @param writes writes of any number of rows
 */
public record Lanes(Lane rows, Lane lists, Lane streams, Lane writes) {}

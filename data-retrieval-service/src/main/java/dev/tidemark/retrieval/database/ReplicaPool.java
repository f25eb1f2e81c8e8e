package dev.tidemark.retrieval.database;

import javax.sql.DataSource;

/**
 * The way to one read replica.
 *
 * @param name where it is, without secrets
 * @param rows how many reads of one row reach it at once
 * @param lists the same of many rows
 */
public record ReplicaPool(String name, DataSource database, Lane rows, Lane lists) {}

/**
 * The way to PostgreSQL: its address, the pool and what is pinned on every connection, and the
 * lanes that bound how much reaches it at once. Start reading at {@link
 * dev.tidemark.retrieval.database.Lane}.
 *
 * <p>The only package that knows HikariCP. Depends on {@code problem}.
 */
@NullMarked
package dev.tidemark.retrieval.database;

import org.jspecify.annotations.NullMarked;

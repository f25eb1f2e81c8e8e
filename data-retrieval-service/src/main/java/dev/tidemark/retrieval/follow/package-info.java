/**
 * What is followed: which tables' changes are captured, and what keeps that so while the schema
 * changes. Start reading at {@link dev.tidemark.retrieval.follow.PublicationUpkeep}.
 *
 * <p>What can be followed at all is decided by {@code table}, whether an answer is, by the
 * statement that reads it. Depends on {@code table}.
 */
@NullMarked
package dev.tidemark.retrieval.follow;

import org.jspecify.annotations.NullMarked;

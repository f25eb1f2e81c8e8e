/**
 * Reads from standbys: which of them may answer, and what the primary must say beside for an answer
 * to be as good as one of a cache. Start at {@link dev.tidemark.retrieval.replica.Replicas}.
 */
@NullMarked
package dev.tidemark.retrieval.replica;

import org.jspecify.annotations.NullMarked;

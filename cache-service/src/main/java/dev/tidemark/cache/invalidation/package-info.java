/**
 * The invalidation log: who appends to it, what this instance makes of it, and what is valid by it.
 * Start at {@link dev.tidemark.cache.invalidation.InvalidationLog}, then {@code Following}, which
 * reads it into the {@link dev.tidemark.cache.invalidation.LogReplica}.
 *
 * <p>May depend on {@code entry}, {@code hot} and {@code http}.
 */
@NullMarked
package dev.tidemark.cache.invalidation;

import org.jspecify.annotations.NullMarked;

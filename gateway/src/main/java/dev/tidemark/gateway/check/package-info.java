/**
 * The gateway checks itself: some of what it serves from a cache is read again from the database
 * later, and where the two differ although the log never told of a change, that is counted and
 * explained. Start reading at {@code Checker}.
 *
 * <p>Whoever serves from a cache knows {@link dev.tidemark.gateway.check.Sampler} and nothing else
 * of this.
 */
@NullMarked
package dev.tidemark.gateway.check;

import org.jspecify.annotations.NullMarked;

/**
 * Which keys the readers of this gateway want most. Start at {@link
 * dev.tidemark.gateway.hot.HotReads}. What is done about them is done elsewhere: the near cache
 * keeps their entries, {@code aside} has them fetched again. Depends on {@code time} alone.
 */
@NullMarked
package dev.tidemark.gateway.hot;

import org.jspecify.annotations.NullMarked;

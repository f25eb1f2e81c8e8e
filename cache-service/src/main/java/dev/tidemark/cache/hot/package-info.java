/**
 * Keys that are asked for most: found, told to those who ask, answered without Redis for moments.
 * Start at {@link dev.tidemark.cache.hot.CopyingEntryStore}. May depend on {@code entry}.
 */
@NullMarked
package dev.tidemark.cache.hot;

import org.jspecify.annotations.NullMarked;

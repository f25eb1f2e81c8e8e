/**
 * The records that travel between gateway, cache-service and origin, and their bytes. Every format
 * starts with its number; a reader that does not know the number treats what follows as absent.
 */
@NullMarked
package dev.tidemark.common.wire;

import org.jspecify.annotations.NullMarked;

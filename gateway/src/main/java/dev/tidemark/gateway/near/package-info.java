/**
 * The near cache (L1): what this gateway holds in memory. Start reading at {@link
 * dev.tidemark.gateway.near.NearCache}. Beside it, only the guard knows Caffeine.
 */
@NullMarked
package dev.tidemark.gateway.near;

import org.jspecify.annotations.NullMarked;

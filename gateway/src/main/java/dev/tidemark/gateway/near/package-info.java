/**
 * The near cache (L1): what this gateway holds in memory. Start reading at {@link
 * dev.tidemark.gateway.near.NearCache}; the only package that knows Caffeine.
 */
@NullMarked
package dev.tidemark.gateway.near;

import org.jspecify.annotations.NullMarked;

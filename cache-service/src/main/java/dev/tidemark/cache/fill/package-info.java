/**
 * What comes from those who hold a lease: fills, releases and renewals. Start at {@code
 * FillEndpoint}. May depend on {@code entry} and {@code http}.
 */
@NullMarked
package dev.tidemark.cache.fill;

import org.jspecify.annotations.NullMarked;

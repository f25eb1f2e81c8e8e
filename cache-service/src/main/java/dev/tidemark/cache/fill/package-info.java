/**
 * What comes back from those who hold a lease: fills and releases. Start at {@code FillEndpoint}.
 * May depend on {@code entry} and {@code http}.
 */
@NullMarked
package dev.tidemark.cache.fill;

import org.jspecify.annotations.NullMarked;

/**
 * What the gateways follow: the log as a response without end, and how complete it is. Start at
 * {@code FeedEndpoint}. May depend on {@code invalidation} and {@code http}.
 */
@NullMarked
package dev.tidemark.cache.feed;

import org.jspecify.annotations.NullMarked;

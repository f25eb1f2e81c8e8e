/**
 * Look-ups: batches of them come in over HTTP, and each is answered as soon as it is ready. Start
 * at {@code LookupEndpoint}. May depend on {@code entry}, {@code hot} and {@code http}.
 */
@NullMarked
package dev.tidemark.cache.lookup;

import org.jspecify.annotations.NullMarked;

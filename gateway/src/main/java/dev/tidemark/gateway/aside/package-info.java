/**
 * Cache-aside: how a read is answered that the near cache cannot answer at once. {@link
 * dev.tidemark.gateway.aside.ReadFlow} is the whole of it; {@code Flights} lets the readers of one
 * key share one fetch.
 */
@NullMarked
package dev.tidemark.gateway.aside;

import org.jspecify.annotations.NullMarked;

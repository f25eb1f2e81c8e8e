/**
 * The gateway. Start reading at {@link dev.tidemark.gateway.aside.ReadFlow}, which is the flow of
 * every read that the near cache cannot answer at once.
 */
@NullMarked
package dev.tidemark.gateway;

import org.jspecify.annotations.NullMarked;

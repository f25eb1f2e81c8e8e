/**
 * Writes, on their way to the origin and back: proxied plainly, each once. Start reading at {@link
 * dev.tidemark.gateway.write.WriteFlow}.
 *
 * <p>Nothing here keeps an answer, joins two requests or sends one twice. Depends on {@code origin}
 * for the addresses, {@code resilience}, {@code time} and {@code trace}.
 */
@NullMarked
package dev.tidemark.gateway.write;

import org.jspecify.annotations.NullMarked;

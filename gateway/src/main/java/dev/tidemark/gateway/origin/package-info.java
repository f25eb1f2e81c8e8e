/**
 * The origin as the gateway sees it. Start reading at {@link
 * dev.tidemark.gateway.origin.OriginConfiguration}, which stacks one policy on another around the
 * one class that speaks HTTP.
 */
@NullMarked
package dev.tidemark.gateway.origin;

import org.jspecify.annotations.NullMarked;

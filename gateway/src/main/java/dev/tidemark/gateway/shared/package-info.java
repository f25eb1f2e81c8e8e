/**
 * The shared cache (L2) as the gateway sees it. Start reading at {@link
 * dev.tidemark.gateway.shared.SharedConfiguration}, which stacks one policy on another around the
 * one class that speaks HTTP; look-ups travel in batches ({@code LookupBatcher}).
 */
@NullMarked
package dev.tidemark.gateway.shared;

import org.jspecify.annotations.NullMarked;

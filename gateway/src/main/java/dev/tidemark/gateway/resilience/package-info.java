/**
 * What both services' clients share: addresses and their instances ({@link
 * dev.tidemark.gateway.resilience.Instances}), breakers ({@link
 * dev.tidemark.gateway.resilience.Breaker}), and the limit on what is asked at once ({@link
 * dev.tidemark.gateway.resilience.ConcurrencyLimit}). The only package that knows Resilience4j.
 */
@NullMarked
package dev.tidemark.gateway.resilience;

import org.jspecify.annotations.NullMarked;

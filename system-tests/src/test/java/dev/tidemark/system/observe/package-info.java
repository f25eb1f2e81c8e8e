/**
 * What Prometheus and Grafana are given, held against what the services say: start with {@link
 * dev.tidemark.system.observe.ExpressionsIT}, which asks a real Prometheus beside a real suite for
 * everything that any dashboard or rule asks for.
 */
@NullMarked
package dev.tidemark.system.observe;

import org.jspecify.annotations.NullMarked;

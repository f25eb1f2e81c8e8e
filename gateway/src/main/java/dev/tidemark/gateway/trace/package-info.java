/** Trace context (W3C) on its way to the services; the only package that knows the tracer. */
@NullMarked
package dev.tidemark.gateway.trace;

import org.jspecify.annotations.NullMarked;

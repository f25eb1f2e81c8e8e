/**
 * What it costs to check an entry on each hit, in nanoseconds, by JMH. Start reading at {@link
 * dev.tidemark.benchmarks.validation.ValidationFigure}. The only package that knows JMH.
 */
@NullMarked
package dev.tidemark.benchmarks.validation;

import org.jspecify.annotations.NullMarked;

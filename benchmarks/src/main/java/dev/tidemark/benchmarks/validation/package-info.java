/**
 * What it costs to look up and check an entry on each hit, in nanoseconds, by JMH, and what that
 * depends on. Start reading at {@link dev.tidemark.benchmarks.validation.ValidationFigure}.
 */
@NullMarked
package dev.tidemark.benchmarks.validation;

import org.jspecify.annotations.NullMarked;

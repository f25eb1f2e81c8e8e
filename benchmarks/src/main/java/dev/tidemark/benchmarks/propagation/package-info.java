/**
 * How long a commit takes to make an entry invalid in every near cache. Start reading at {@link
 * dev.tidemark.benchmarks.propagation.PropagationFigure}. Depends on {@code measure}, {@code http}
 * and a running suite.
 */
@NullMarked
package dev.tidemark.benchmarks.propagation;

import org.jspecify.annotations.NullMarked;

/**
 * How long a new node takes until it knows the log. Start reading at {@link
 * dev.tidemark.benchmarks.replay.ReplayFigure}. Depends on {@code measure} and a running suite.
 */
@NullMarked
package dev.tidemark.benchmarks.replay;

import org.jspecify.annotations.NullMarked;

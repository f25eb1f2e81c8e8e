/**
 * How many entries are invalid though nothing that they depend on has changed. Start reading at
 * {@link dev.tidemark.benchmarks.collision.CollisionFigure}. Depends on {@code measure} and the
 * real tag clock.
 */
@NullMarked
package dev.tidemark.benchmarks.collision;

import org.jspecify.annotations.NullMarked;

/**
 * The coherence rule in a world without I/O: one thread, a virtual clock, and a seed that decides
 * what happens next. Start reading at {@link dev.tidemark.simulation.World}.
 *
 * <p>What nodes decide by is the real code of {@code common}; PostgreSQL, Redis and the network are
 * models that do everything their originals may do, and at the worst moment.
 */
@NullMarked
package dev.tidemark.simulation;

import org.jspecify.annotations.NullMarked;

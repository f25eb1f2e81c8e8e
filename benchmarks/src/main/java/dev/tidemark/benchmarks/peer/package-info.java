/**
 * Servers of others that do a part of what Tidemark does, to compare with: as their users run them,
 * with nothing switched on that costs, nor off that they would miss. Start reading at {@link
 * dev.tidemark.benchmarks.peer.Peers}. Depends on {@code program}.
 */
@NullMarked
package dev.tidemark.benchmarks.peer;

import org.jspecify.annotations.NullMarked;

/**
 * Load: as much as a server takes, from wrk, and so much a second, whatever it takes. Start reading
 * at {@link dev.tidemark.benchmarks.load.Wrk} and {@link dev.tidemark.benchmarks.load.OpenLoop}.
 * Depends on {@code measure} and {@code program}.
 */
@NullMarked
package dev.tidemark.benchmarks.load;

import org.jspecify.annotations.NullMarked;

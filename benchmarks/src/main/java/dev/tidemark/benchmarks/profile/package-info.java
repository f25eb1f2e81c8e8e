/**
 * Where the processor time and the allocations of the hottest paths go, by the JVM's own recorder.
 * Start reading at {@link dev.tidemark.benchmarks.profile.ProfileFigure}. Depends on {@code read}
 * for the suites and on {@code load}.
 */
@NullMarked
package dev.tidemark.benchmarks.profile;

import org.jspecify.annotations.NullMarked;

/**
 * What Tidemark takes before anybody asks it for anything: time to start, memory, bytes in Redis.
 * Start reading at {@link dev.tidemark.benchmarks.footprint.StartFigure}. Depends on {@code read}
 * for its table and on {@code peer}.
 */
@NullMarked
package dev.tidemark.benchmarks.footprint;

import org.jspecify.annotations.NullMarked;

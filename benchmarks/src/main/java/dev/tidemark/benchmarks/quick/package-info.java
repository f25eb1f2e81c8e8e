/**
 * Whether what was won is still there: a few ratios, measured in two minutes, against those
 * recorded in the repository. Start reading at {@link
 * dev.tidemark.benchmarks.quick.RecordedRatios}.
 */
@NullMarked
package dev.tidemark.benchmarks.quick;

import org.jspecify.annotations.NullMarked;

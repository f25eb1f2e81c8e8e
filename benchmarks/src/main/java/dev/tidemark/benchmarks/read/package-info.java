/**
 * How many reads and writes a second, at what latency, against servers that do a part of the same.
 * Start reading at {@link dev.tidemark.benchmarks.read.NearFigure}; how contenders are compared is
 * in {@link dev.tidemark.benchmarks.read.Contest}. Depends on {@code load}, {@code peer} and {@code
 * edge}.
 */
@NullMarked
package dev.tidemark.benchmarks.read;

import org.jspecify.annotations.NullMarked;

/**
 * What every figure needs: the machine, a pace, latencies, and tables for people and programs.
 * Start reading at {@link dev.tidemark.benchmarks.measure.Report}. Depends on HdrHistogram and
 * Jackson.
 */
@NullMarked
package dev.tidemark.benchmarks.measure;

import org.jspecify.annotations.NullMarked;

/**
 * What clients see while a part of a suite fails: traffic at a steady rate through the load
 * balancer, a fault, and whether any answer was wrong. Start reading at {@link
 * dev.tidemark.benchmarks.failure.Experiment}. Used by the system tests too, which demand what the
 * benchmark only tells.
 */
@NullMarked
package dev.tidemark.benchmarks.failure;

import org.jspecify.annotations.NullMarked;

/**
 * The command line of {@code ./tidemark bench}. Start reading at {@link
 * dev.tidemark.benchmarks.cli.Bench}. The only package that knows picocli; depends on all others.
 */
@NullMarked
package dev.tidemark.benchmarks.cli;

import org.jspecify.annotations.NullMarked;

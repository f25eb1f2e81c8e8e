/**
 * The command line of {@code ./tidemark}. Start reading at {@link
 * dev.tidemark.quickstart.cli.Tidemark}. The only package that knows picocli.
 */
@NullMarked
package dev.tidemark.quickstart.cli;

import org.jspecify.annotations.NullMarked;

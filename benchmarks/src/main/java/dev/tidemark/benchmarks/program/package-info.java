/**
 * Programs that others made and a person has installed: where they are. Start reading at {@link
 * dev.tidemark.benchmarks.program.Installed}. Depends on {@code measure} for how to say that one is
 * missing.
 */
@NullMarked
package dev.tidemark.benchmarks.program;

import org.jspecify.annotations.NullMarked;

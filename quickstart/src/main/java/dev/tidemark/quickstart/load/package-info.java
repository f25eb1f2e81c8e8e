/**
 * Loads what plain {@code pg_dump} writes, without psql. Start reading at {@link
 * dev.tidemark.quickstart.load.DumpLoader}. Depends on {@code postgres} and pgjdbc.
 */
@NullMarked
package dev.tidemark.quickstart.load;

import org.jspecify.annotations.NullMarked;

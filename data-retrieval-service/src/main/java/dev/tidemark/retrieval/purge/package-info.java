/**
 * What a person wants gone from all caches: said in the database's write-ahead log, like any
 * change. Start reading at {@link dev.tidemark.retrieval.purge.Purge}.
 *
 * <p>Depends on {@code query}, {@code table}, {@code database} and {@code problem}.
 */
@NullMarked
package dev.tidemark.retrieval.purge;

import org.jspecify.annotations.NullMarked;

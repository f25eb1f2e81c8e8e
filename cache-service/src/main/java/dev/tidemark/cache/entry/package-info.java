/**
 * The vocabulary of the shared cache: what a store can be asked and what it can say. Start at
 * {@link dev.tidemark.cache.entry.EntryStore}. Depends on the JDK and the wire records only.
 */
@NullMarked
package dev.tidemark.cache.entry;

import org.jspecify.annotations.NullMarked;

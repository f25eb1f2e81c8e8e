/**
 * What a database's administrator runs from a command line, without the service: whether changes
 * can be captured ({@code doctor}), the SQL that makes it so ({@code prepare}), the way back
 * ({@code drop}), and making cached answers go ({@code purge}). Start reading at {@link
 * dev.tidemark.retrieval.dba.DbaCommands}.
 *
 * <p>The only package that knows picocli. No Spring context is started. What can be followed is
 * decided by {@code table}, what the capture needs by {@code change}, what a publication must be by
 * {@code follow}; nothing of that is decided here once more.
 */
@NullMarked
package dev.tidemark.retrieval.dba;

import org.jspecify.annotations.NullMarked;

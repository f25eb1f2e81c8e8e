/**
 * What of the database is served: schemas, tables, columns, keys, types and operators, introspected
 * from PostgreSQL's catalogues and less what is hidden. Start reading at {@link
 * dev.tidemark.retrieval.table.Catalogue}.
 *
 * <p>Every identifier in our SQL comes from here. Depends on {@code problem} and {@code database}.
 */
@NullMarked
package dev.tidemark.retrieval.table;

import org.jspecify.annotations.NullMarked;

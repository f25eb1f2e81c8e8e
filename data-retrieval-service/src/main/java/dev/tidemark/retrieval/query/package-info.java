/**
 * From a canonical request to one SQL statement that carries the snapshot and the data. Start
 * reading at {@link dev.tidemark.retrieval.query.ReadSql}.
 *
 * <p>No text of a request ever becomes SQL: values are bind parameters, identifiers and types are
 * the catalogue's. The only package that knows jOOQ. Depends on {@code table} and {@code problem}.
 */
@NullMarked
package dev.tidemark.retrieval.query;

import org.jspecify.annotations.NullMarked;

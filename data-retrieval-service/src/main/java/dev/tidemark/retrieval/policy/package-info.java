/**
 * How long answers may be served, table by table: from Tidemark's own schema in the database where
 * there is one, else from the configuration. Start reading at {@link
 * dev.tidemark.retrieval.policy.Policies}.
 *
 * <p>The only package that knows Flyway and Jakarta Persistence. Depends on {@code table} and
 * {@code problem}.
 */
@NullMarked
package dev.tidemark.retrieval.policy;

import org.jspecify.annotations.NullMarked;

/**
 * The origin: REST over the tables of a PostgreSQL database, each answer with the version, tags and
 * policy that make it cacheable. Start reading at {@code read.TableReads}, the flow of one read.
 */
@NullMarked
package dev.tidemark.retrieval;

import org.jspecify.annotations.NullMarked;

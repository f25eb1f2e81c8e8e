/**
 * The flow of a read: request, catalogue, SQL, rows, answer or stream. Start reading at {@link
 * dev.tidemark.retrieval.read.TableReads}.
 *
 * <p>The only package that runs statements of reads. Depends on all others but {@code write}.
 */
@NullMarked
package dev.tidemark.retrieval.read;

import org.jspecify.annotations.NullMarked;

/**
 * The flow of a read: request, catalogue, SQL, rows, answer or stream. Start reading at {@link
 * dev.tidemark.retrieval.read.TableReads}.
 *
 * <p>The only package that runs statements of requests, and the only one that serves HTTP. Depends
 * on all others.
 */
@NullMarked
package dev.tidemark.retrieval.read;

import org.jspecify.annotations.NullMarked;

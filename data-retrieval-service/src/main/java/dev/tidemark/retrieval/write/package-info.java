/**
 * The flow of a write: request and body, catalogue, SQL, one transaction, answer. Start reading at
 * {@link dev.tidemark.retrieval.write.TableWrites}.
 *
 * <p>Off for every table until {@code tidemark.writable} names it. Nothing here is ever tried
 * twice. Depends on all others, and nothing on it.
 */
@NullMarked
package dev.tidemark.retrieval.write;

import org.jspecify.annotations.NullMarked;

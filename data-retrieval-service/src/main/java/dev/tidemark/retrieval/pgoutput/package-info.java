/**
 * What PostgreSQL's output plugin {@code pgoutput} says (protocol version 2, streaming on, messages
 * on) and what it means: from bytes to messages, from messages to committed transactions and the
 * tags of what they changed. Start reading at {@link
 * dev.tidemark.retrieval.pgoutput.TransactionAssembler}.
 *
 * <p>No input and output of its own, and memory that is bounded whatever a transaction does.
 * Depends on {@code table}.
 */
@NullMarked
package dev.tidemark.retrieval.pgoutput;

import org.jspecify.annotations.NullMarked;

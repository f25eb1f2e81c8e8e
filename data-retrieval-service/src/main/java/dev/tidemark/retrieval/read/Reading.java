package dev.tidemark.retrieval.read;

import dev.tidemark.common.wire.Answer;
import dev.tidemark.common.wire.AnswerHeaders;
import dev.tidemark.common.wire.HeaderField;
import dev.tidemark.common.wire.Repeatability;
import java.util.List;

/** What a read has led to. */
sealed interface Reading {

    /**
     * An answer that is complete; its connection has been given back.
     *
     * @param cacheable whether policy and size allow that it is cached
     * @param repeatability what it would have in common with another answer
     */
    record Complete(Answer answer, boolean cacheable, Repeatability repeatability)
            implements Reading {}

    /**
     * An answer too large to hold, whose rows are still to be read: to be closed by whoever sends
     * it.
     *
     * @param head what describes the body
     */
    record Streaming(
            int status, List<HeaderField> head, AnswerHeaders internal, JsonArray body, Cursor rest)
            implements Reading {}
}

package dev.tidemark.retrieval.read;

import dev.tidemark.common.wire.Answer;
import dev.tidemark.common.wire.AnswerHeaders;
import dev.tidemark.common.wire.HeaderField;
import dev.tidemark.common.wire.Repeatability;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What a read has led to. */
sealed interface Reading {

    /**
     * An answer that is complete; its connection has been given back.
     *
     * @param cacheable whether policy and size allow that it is cached
     * @param repeatability what it would have in common with another answer
     * @param behind how far the replica was behind the primary that was asked; empty if it was the
     *     primary itself
     */
    record Complete(
            Answer answer,
            boolean cacheable,
            Repeatability repeatability,
            Optional<Duration> behind)
            implements Reading {

        Complete ofReplica(Duration behind) {
            return new Complete(answer, cacheable, repeatability, Optional.of(behind));
        }
    }

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

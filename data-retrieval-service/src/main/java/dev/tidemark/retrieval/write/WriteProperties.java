package dev.tidemark.retrieval.write;

import static dev.tidemark.retrieval.problem.InvalidConfigurationException.require;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The bounds of one write.
 *
 * @param bodyBytesMax how large a body may be
 * @param answerBytesMax how large the representation of the written rows may be: it is held in
 *     memory until the commit
 * @param idempotencyTtl how long the answer to a write with an {@code Idempotency-Key} is kept
 * @param errorDetails whether problems repeat PostgreSQL's details, which quote values of rows
 */
@ConfigurationProperties("tidemark.writes")
public record WriteProperties(
        @DefaultValue("1048576") int bodyBytesMax,
        @DefaultValue("16777216") int answerBytesMax,
        @DefaultValue("24h") Duration idempotencyTtl,
        @DefaultValue("true") boolean errorDetails) {

    public WriteProperties {
        require(bodyBytesMax > 0, "tidemark.writes.body-bytes-max must be positive");
        require(answerBytesMax > 0, "tidemark.writes.answer-bytes-max must be positive");
        require(idempotencyTtl.toMillis() > 0, "tidemark.writes.idempotency-ttl must be positive");
    }
}

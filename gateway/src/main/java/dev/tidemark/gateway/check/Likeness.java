package dev.tidemark.gateway.check;

import dev.tidemark.common.wire.Answer;
import dev.tidemark.common.wire.Repeatability;
import dev.tidemark.gateway.compression.Compressor;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;
import reactor.core.publisher.Mono;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Tells whether two answers to one request can be of the same data. */
final class Likeness {

    private final Compressor compressor;
    private final JsonMapper json =
            JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

    Likeness(Compressor compressor) {
        this.compressor = compressor;
    }

    enum Verdict {
        ALIKE,
        DIFFERENT,
        /** They differ, and may do so if nothing has changed. */
        OPEN
    }

    /**
     * Compares them.
     *
     * @param repeatability what they have in common at least if nothing has changed
     */
    Mono<Verdict> of(Answer old, Answer young, Repeatability repeatability) {
        if (old.status() != young.status() || !range(old).equals(range(young))) {
            return Mono.just(Verdict.DIFFERENT);
        }
        return Mono.zip(
                compressor.unpack(old),
                compressor.unpack(young),
                (oldBody, youngBody) -> of(oldBody, youngBody, repeatability));
    }

    /** How many rows there are on the page and in all. */
    private static Optional<String> range(Answer answer) {
        return answer.header("Content-Range");
    }

    private Verdict of(byte[] old, byte[] young, Repeatability repeatability) {
        if (Arrays.equals(old, young)) {
            return Verdict.ALIKE;
        }
        return switch (repeatability) {
            case SAME -> Verdict.DIFFERENT;
            case ANY_ORDER -> rows(old).equals(rows(young)) ? Verdict.ALIKE : Verdict.DIFFERENT;
            case ANY_ROWS -> rows(old).equals(rows(young)) ? Verdict.ALIKE : Verdict.OPEN;
        };
    }

    /** The rows in an order of their own; what is no list has itself as its only row. */
    private List<String> rows(byte[] body) {
        try {
            JsonNode node = json.readTree(body);
            return node.isArray()
                    ? StreamSupport.stream(node.spliterator(), false)
                            .map(JsonNode::toString)
                            .sorted()
                            .toList()
                    : List.of(node.toString());
        } catch (JacksonException e) {
            throw new IllegalStateException("the origin's answer is no JSON", e);
        }
    }
}

package dev.tidemark.common.wire;

import dev.tidemark.common.request.RequestHeaders;
import java.util.Arrays;

/** What two answers to one request have in common if nothing has changed between them. */
public enum Repeatability {
    /** Everything. */
    SAME("same"),

    /** The rows, in whatever order they come. */
    ANY_ORDER("any-order"),

    /**
     * How many rows there are: of those that are alike in what they are ordered by, any may be on
     * this page.
     */
    ANY_ROWS("any-rows");

    private static final String NAME = AnswerHeaders.INTERNAL_PREFIX + "Repeatability";

    private final String word;

    Repeatability(String word) {
        this.word = word;
    }

    /** The header field that carries this. */
    public HeaderField field() {
        return new HeaderField(NAME, word);
    }

    /** Reads the field back; what claims the least if it is absent or not known. */
    public static Repeatability of(RequestHeaders headers) {
        return headers.first(NAME)
                .flatMap(word ->
                        Arrays.stream(values()).filter(value -> value.word.equals(word)).findAny())
                .orElse(ANY_ROWS);
    }
}

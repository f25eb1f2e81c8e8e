package dev.tidemark.common.wire;

import dev.tidemark.common.request.RequestHeaders;
import java.util.Arrays;

/** Why something is fetched: what can wait must not be in the way of who waits. */
public enum Purpose {
    /** A reader waits, whom the caches could not answer. */
    READ("read"),

    /** A reader insists on the database. */
    STRONG("strong"),

    /** Nobody waits: what is cached is made new ahead of its time. */
    REFRESH("refresh");

    private static final String NAME = AnswerHeaders.INTERNAL_PREFIX + "Purpose";

    private final String word;

    Purpose(String word) {
        this.word = word;
    }

    /** The header field that carries this. */
    public HeaderField field() {
        return new HeaderField(NAME, word);
    }

    /** Reads the field back; an ordinary read if it is absent or not known. */
    public static Purpose of(RequestHeaders headers) {
        return headers.first(NAME)
                .flatMap(word ->
                        Arrays.stream(values()).filter(value -> value.word.equals(word)).findAny())
                .orElse(READ);
    }
}

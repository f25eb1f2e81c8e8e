package dev.tidemark.retrieval.pgoutput;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A row, or the key of one. The values stay in the message's bytes until asked for: of a row in a
 * large transaction nobody asks.
 */
public final class Tuple {

    static final int NULL = -1;
    static final int UNCHANGED = -2;
    static final int BINARY = -3;

    private final byte[] message;
    private final int[] starts;
    private final int[] lengths;

    /**
     * @param starts where in the message each column's text begins
     * @param lengths of the texts, or one of the constants
     */
    Tuple(byte[] message, int[] starts, int[] lengths) {
        this.message = message;
        this.starts = starts;
        this.lengths = lengths;
    }

    public int columns() {
        return lengths.length;
    }

    /**
     * A column as PostgreSQL prints it; empty if it is null, if it is a large value that did not
     * change and was not sent, or if there is no such column.
     */
    public Optional<String> text(int column) {
        if (column >= lengths.length || lengths[column] < 0) {
            return Optional.empty();
        }
        return Optional.of(
                new String(message, starts[column], lengths[column], StandardCharsets.UTF_8));
    }
}

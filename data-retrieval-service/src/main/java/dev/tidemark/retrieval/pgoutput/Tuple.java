package dev.tidemark.retrieval.pgoutput;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A row, or the key of one. The values stay in the message's bytes until asked for: of a row in a
 * large transaction nobody asks.
 */
public final class Tuple {

    static final char NULL = 'n';
    static final char UNCHANGED = 'u';
    static final char TEXT = 't';
    static final char BINARY = 'b';

    private final byte[] message;
    private final int start;
    private final int columns;

    /**
     * @param message whose values have been found to be whole
     * @param start where in the message the first value begins
     */
    Tuple(byte[] message, int start, int columns) {
        this.message = message;
        this.start = start;
        this.columns = columns;
    }

    public int columns() {
        return columns;
    }

    /**
     * A column as PostgreSQL prints it; empty if it is null, if it is a large value that did not
     * change and was not sent, or if there is no such column.
     */
    public Optional<String> text(int column) {
        if (column >= columns) {
            return Optional.empty();
        }
        ByteBuffer values = ByteBuffer.wrap(message).position(start);
        for (int i = 0; i < column; i++) {
            if (hasBytes((char) values.get())) {
                int length = values.getInt();
                values.position(values.position() + length);
            }
        }
        if (values.get() != TEXT) {
            return Optional.empty();
        }
        int length = values.getInt();
        return Optional.of(new String(message, values.position(), length, StandardCharsets.UTF_8));
    }

    private static boolean hasBytes(char kind) {
        return kind == TEXT || kind == BINARY;
    }
}

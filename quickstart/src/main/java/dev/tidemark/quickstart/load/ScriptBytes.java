package dev.tidemark.quickstart.load;

import java.io.IOException;
import java.io.InputStream;

/**
 * The bytes of a script, read once from front to back, with a view of a few ahead and the number of
 * the line.
 */
final class ScriptBytes {
    static final int END = -1;

    private static final int BUFFER_BYTES = 64 * 1024;

    private final InputStream in;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int position;
    private int limit;
    private int line = 1;

    ScriptBytes(InputStream in) {
        this.in = in;
    }

    int line() {
        return line;
    }

    /** The byte so many places ahead (0 is the next one), or {@link #END}. */
    int peek(int ahead) throws IOException {
        if (position + ahead >= limit && !fill(ahead + 1)) {
            return END;
        }
        return buffer[position + ahead] & 0xff;
    }

    int read() throws IOException {
        int next = peek(0);
        if (next != END) {
            position++;
            if (next == '\n') {
                line++;
            }
        }
        return next;
    }

    private boolean fill(int wanted) throws IOException {
        System.arraycopy(buffer, position, buffer, 0, limit - position);
        limit -= position;
        position = 0;
        while (limit < wanted) {
            int count = in.read(buffer, limit, buffer.length - limit);
            if (count < 0) {
                return false;
            }
            limit += count;
        }
        return true;
    }

    /** Hands on everything up to and including the end of this line, in slices of the buffer. */
    void readLine(Sink sink) throws IOException {
        while (peek(0) != END) {
            int end = position;
            while (end < limit && buffer[end] != '\n') {
                end++;
            }
            boolean complete = end < limit;
            int next = complete ? end + 1 : end;
            sink.write(buffer, position, next - position);
            position = next;
            if (complete) {
                line++;
                return;
            }
        }
    }

    /** Takes bytes; they are only there during the call. */
    @FunctionalInterface
    interface Sink {
        void write(byte[] bytes, int offset, int length) throws IOException;
    }
}

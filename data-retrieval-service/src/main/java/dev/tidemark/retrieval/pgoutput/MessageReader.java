package dev.tidemark.retrieval.pgoutput;

import dev.tidemark.common.tag.Lsn;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The bytes of one message and how far they have been read; never reads beyond them. */
final class MessageReader {

    private static final VarHandle SHORT =
            MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private final byte[] bytes;
    private final int end;
    private int position;

    /**
     * @param bytes that have the message in them
     * @param start where it begins
     * @param end the first byte after it
     */
    MessageReader(byte[] bytes, int start, int end) {
        this.bytes = bytes;
        this.position = start;
        this.end = end;
    }

    byte[] bytes() {
        return bytes;
    }

    /** Of the next byte in {@link #bytes()}. */
    int position() {
        return position;
    }

    void need(long count) throws MalformedPgOutputException {
        if (end - position < count) {
            throw new MalformedPgOutputException(
                    "%d bytes were expected, %d are left".formatted(count, end - position));
        }
    }

    /** Where what is read next begins, once it is certain that all of it is there. */
    private int take(int count) throws MalformedPgOutputException {
        need(count);
        int taken = position;
        position += count;
        return taken;
    }

    int int8() throws MalformedPgOutputException {
        return bytes[take(1)] & 0xff;
    }

    char character() throws MalformedPgOutputException {
        return (char) int8();
    }

    int int16() throws MalformedPgOutputException {
        return (short) SHORT.get(bytes, take(2)) & 0xffff;
    }

    int int32() throws MalformedPgOutputException {
        return (int) INT.get(bytes, take(4));
    }

    Lsn lsn() throws MalformedPgOutputException {
        return new Lsn((long) LONG.get(bytes, take(8)));
    }

    void skip(long count) throws MalformedPgOutputException {
        need(count);
        position += (int) count;
    }

    void expect(char expected) throws MalformedPgOutputException {
        char found = character();
        if (found != expected) {
            throw new MalformedPgOutputException(expected + " was expected, not " + (int) found);
        }
    }

    /** A copy of the next ones. */
    byte[] copy(int length) throws MalformedPgOutputException {
        need(length & 0xffff_ffffL);
        int start = take(length);
        return Arrays.copyOfRange(bytes, start, start + length);
    }

    /** Up to a zero byte. */
    String text() throws MalformedPgOutputException {
        for (int i = position; i < end; i++) {
            if (bytes[i] == 0) {
                String text = new String(bytes, position, i - position, StandardCharsets.UTF_8);
                position = i + 1;
                return text;
            }
        }
        throw new MalformedPgOutputException("a text does not end");
    }

    void end() throws MalformedPgOutputException {
        if (position < end) {
            throw new MalformedPgOutputException((end - position) + " bytes too many");
        }
    }
}

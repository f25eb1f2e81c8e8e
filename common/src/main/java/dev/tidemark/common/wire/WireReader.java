package dev.tidemark.common.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Reads what {@link WireWriter} wrote; every length is checked before anything is allocated. */
final class WireReader {

    private final ByteBuffer buffer;

    WireReader(ByteBuffer buffer) {
        this.buffer = buffer.slice();
    }

    int u8() throws MalformedException {
        return need(1).get() & 0xff;
    }

    int u16() throws MalformedException {
        return need(2).getShort() & 0xffff;
    }

    long u32() throws MalformedException {
        return need(4).getInt() & 0xffff_ffffL;
    }

    long u64() throws MalformedException {
        return need(8).getLong();
    }

    String text() throws MalformedException {
        return new String(take(u16()), StandardCharsets.UTF_8);
    }

    byte[] bytes() throws MalformedException {
        return take(u32());
    }

    void format(int expected) throws MalformedException {
        int format = u8();
        if (format != expected) {
            throw new MalformedException("format " + format + " is not known");
        }
    }

    void end() throws MalformedException {
        if (buffer.hasRemaining()) {
            throw new MalformedException(buffer.remaining() + " bytes too many");
        }
    }

    private byte[] take(long length) throws MalformedException {
        ByteBuffer source = need(length);
        byte[] bytes = new byte[(int) length];
        source.get(bytes);
        return bytes;
    }

    private ByteBuffer need(long bytes) throws MalformedException {
        if (buffer.remaining() < bytes) {
            throw new MalformedException(
                    bytes + " bytes were expected, " + buffer.remaining() + " are left");
        }
        return buffer;
    }
}

package dev.tidemark.common.wire;

import dev.tidemark.common.tag.Tags;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Reads what {@link WireWriter} wrote; every length is checked before anything is allocated. */
public final class WireReader {

    private final ByteBuffer buffer;

    public WireReader(ByteBuffer buffer) {
        this.buffer = buffer.slice();
    }

    public int u8() throws MalformedException {
        return need(1).get() & 0xff;
    }

    public int u16() throws MalformedException {
        return need(2).getShort() & 0xffff;
    }

    public long u32() throws MalformedException {
        return need(4).getInt() & 0xffff_ffffL;
    }

    public long u64() throws MalformedException {
        return need(8).getLong();
    }

    public String text() throws MalformedException {
        return new String(take(u16()), StandardCharsets.UTF_8);
    }

    public byte[] bytes() throws MalformedException {
        return take(u32());
    }

    /** So many hashes. */
    public Tags tags(long size) throws MalformedException {
        need(Math.multiplyExact(size, 8L));
        long[] hashes = new long[(int) size];
        for (int i = 0; i < hashes.length; i++) {
            hashes[i] = u64();
        }
        return Tags.ofHashes(hashes);
    }

    public DatabaseIdentity identity() throws MalformedException {
        return new DatabaseIdentity(u64(), (int) u32(), u32(), u64());
    }

    public void format(int expected) throws MalformedException {
        int format = u8();
        if (format != expected) {
            throw new MalformedException("format " + format + " is not known");
        }
    }

    public void end() throws MalformedException {
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

package dev.tidemark.common.wire;

import dev.tidemark.common.tag.Tags;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes big-endian numbers and length-prefixed texts into a growing array. */
public final class WireWriter {

    private ByteBuffer buffer;

    public WireWriter(int capacity) {
        buffer = ByteBuffer.allocate(Math.max(16, capacity));
    }

    public WireWriter u8(int value) {
        room(1).put((byte) value);
        return this;
    }

    public WireWriter u16(int value) {
        if (value < 0 || value > 0xffff) {
            throw new IllegalArgumentException("not 16 bits: " + value);
        }
        room(2).putShort((short) value);
        return this;
    }

    public WireWriter u32(long value) {
        if (value < 0 || value > 0xffff_ffffL) {
            throw new IllegalArgumentException("not 32 bits: " + value);
        }
        room(4).putInt((int) value);
        return this;
    }

    public WireWriter u64(long value) {
        room(8).putLong(value);
        return this;
    }

    public WireWriter text(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        u16(bytes.length);
        room(bytes.length).put(bytes);
        return this;
    }

    public WireWriter bytes(byte[] bytes) {
        u32(bytes.length);
        room(bytes.length).put(bytes);
        return this;
    }

    /** The hashes, without their number. */
    public WireWriter tags(Tags tags) {
        for (int i = 0; i < tags.size(); i++) {
            u64(tags.hash(i));
        }
        return this;
    }

    public WireWriter identity(DatabaseIdentity identity) {
        return u64(identity.systemIdentifier())
                .u32(identity.timeline())
                .u32(identity.databaseOid())
                .u64(identity.incarnation());
    }

    public ByteBuffer written() {
        return buffer.duplicate().flip();
    }

    public byte[] toBytes() {
        return Arrays.copyOf(buffer.array(), buffer.position());
    }

    private ByteBuffer room(int bytes) {
        if (buffer.remaining() < bytes) {
            int capacity = Math.max(buffer.capacity() * 2, buffer.position() + bytes);
            buffer = ByteBuffer.allocate(capacity).put(buffer.flip());
        }
        return buffer;
    }
}

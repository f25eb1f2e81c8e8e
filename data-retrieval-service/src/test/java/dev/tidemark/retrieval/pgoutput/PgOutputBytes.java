package dev.tidemark.retrieval.pgoutput;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Messages as PostgreSQL writes them. */
final class PgOutputBytes {

    /** Stands for a large value that did not change. */
    static final String UNCHANGED = "\0unchanged";

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final DataOutputStream out = new DataOutputStream(bytes);

    private interface Writing {
        void to(DataOutputStream out) throws IOException;
    }

    private PgOutputBytes write(Writing writing) {
        try {
            writing.to(out);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    PgOutputBytes kind(char kind) {
        return write(to -> to.writeByte(kind));
    }

    PgOutputBytes int8(int value) {
        return write(to -> to.writeByte(value));
    }

    PgOutputBytes int16(int value) {
        return write(to -> to.writeShort(value));
    }

    PgOutputBytes int32(int value) {
        return write(to -> to.writeInt(value));
    }

    PgOutputBytes int64(long value) {
        return write(to -> to.writeLong(value));
    }

    PgOutputBytes text(String value) {
        return write(to -> {
            to.write(value.getBytes(StandardCharsets.UTF_8));
            to.writeByte(0);
        });
    }

    PgOutputBytes tuple(@Nullable String... values) {
        int16(values.length);
        for (String value : values) {
            if (value == null) {
                kind('n');
            } else if (value.equals(UNCHANGED)) {
                kind('u');
            } else {
                byte[] encoded = value.getBytes(StandardCharsets.UTF_8);
                kind('t').int32(encoded.length).write(to -> to.write(encoded));
            }
        }
        return this;
    }

    byte[] toBytes() {
        return bytes.toByteArray();
    }

    ByteBuffer toBuffer() {
        return ByteBuffer.wrap(toBytes());
    }

    static PgOutputBytes begin(int xid) {
        return new PgOutputBytes().kind('B').int64(0x100).int64(1).int32(xid);
    }

    static PgOutputBytes commit(long end) {
        return new PgOutputBytes().kind('C').int8(0).int64(end - 8).int64(end).int64(1);
    }

    /**
     * @param columns names, with a star before those of the replica identity
     */
    static PgOutputBytes relation(
            @Nullable Integer subxid, int oid, String name, char identity, String... columns) {
        PgOutputBytes bytes =
                change('R', subxid)
                        .int32(oid)
                        .text("public")
                        .text(name)
                        .kind(identity)
                        .int16(columns.length);
        for (String column : columns) {
            boolean key = column.startsWith("*");
            bytes.int8(key ? 1 : 0).text(key ? column.substring(1) : column).int32(23).int32(-1);
        }
        return bytes;
    }

    /** The beginning of what has an xid in a stream. */
    static PgOutputBytes change(char kind, @Nullable Integer subxid) {
        PgOutputBytes bytes = new PgOutputBytes().kind(kind);
        return subxid == null ? bytes : bytes.int32(subxid);
    }

    static PgOutputBytes insert(@Nullable Integer subxid, int oid, @Nullable String... row) {
        return change('I', subxid).int32(oid).kind('N').tuple(row);
    }

    static PgOutputBytes message(String prefix, String content) {
        byte[] encoded = content.getBytes(StandardCharsets.UTF_8);
        return new PgOutputBytes()
                .kind('M')
                .int8(1)
                .int64(0x100)
                .text(prefix)
                .int32(encoded.length)
                .write(to -> to.write(encoded));
    }

    static PgOutputBytes streamStart(int xid, boolean first) {
        return new PgOutputBytes().kind('S').int32(xid).int8(first ? 1 : 0);
    }

    static PgOutputBytes streamStop() {
        return new PgOutputBytes().kind('E');
    }

    static PgOutputBytes streamCommit(int xid, long end) {
        return new PgOutputBytes().kind('c').int32(xid).int8(0).int64(end - 8).int64(end).int64(1);
    }

    static PgOutputBytes streamAbort(int xid, int subxid) {
        return new PgOutputBytes().kind('A').int32(xid).int32(subxid);
    }
}

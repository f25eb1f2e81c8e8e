package dev.tidemark.cache.redis;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.tidemark.common.wire.Answer;
import dev.tidemark.common.wire.MalformedException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * An entry as it lies in Redis: what {@link dev.tidemark.common.wire.EntryCodec} writes, packed
 * where that makes it smaller. The header stays as it is, since the scripts read it.
 *
 * <pre>
 *  0  u8   format, 2
 *  1  55   as in the entry
 * 56  u32  length of the rest of the entry
 * 60       the rest, deflated (RFC 1951) with the {@link #DICTIONARY}
 * </pre>
 *
 * <p>A row of JSON is too short to have much to refer back to, and its head says what all heads
 * say: hence the dictionary.
 */
final class PackedEntry {

    private static final int FORMAT = 2;
    private static final int HEADER_BYTES = 56;
    private static final int PREFIX_BYTES = HEADER_BYTES + 4;

    /** Its format, beside the packed. */
    private static final int UNPACKED_FORMAT = 1;

    /** No entry is larger: its body, tags and header fields. */
    private static final int REST_BYTES_MAX = Answer.BODY_BYTES_MAX + (1 << 20);

    /**
     * What entries have in common, the most common last. Part of the format: whoever changes a byte
     * of it must change the format's number.
     */
    private static final byte[] DICTIONARY =
            ("\"description\":\"\",\"title\":\"\",\"status\":\"\",\"type\":\"\",\"email\":\"\",\"url\":\"https://"
                            + "\",\"amount\":0.00,\"price\":1.00,\"quantity\":1,\"active\":true,\"deleted\":false,"
                            + "\"created_at\":\"2026-01-01T00:00:00.000000+00:00\",\"updated_at\":\"2025-12-31T"
                            + "\",\"tags\":[],\"data\":{},\"name\":null,\"text\":\"_id\":{\"id\":"
                            + "\0\2\0\14Content-Type\0\37application/json; charset=utf-8\0\4ETag\0\63\"")
                    .getBytes(ISO_8859_1);

    private PackedEntry() {}

    /**
     * The entry packed, or as it is if that saves less than a tenth.
     *
     * @param entry of format 1
     */
    static byte[] pack(byte[] entry) {
        int restBytes = entry.length - HEADER_BYTES;
        byte[] packed = new byte[entry.length - entry.length / 10];
        Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
        try {
            deflater.setDictionary(DICTIONARY);
            deflater.setInput(entry, HEADER_BYTES, restBytes);
            deflater.finish();
            int packedBytes = deflater.deflate(packed, PREFIX_BYTES, packed.length - PREFIX_BYTES);
            if (!deflater.finished()) {
                return entry;
            }
            System.arraycopy(entry, 0, packed, 0, HEADER_BYTES);
            ByteBuffer.wrap(packed).put(0, (byte) FORMAT).putInt(HEADER_BYTES, restBytes);
            return Arrays.copyOf(packed, PREFIX_BYTES + packedBytes);
        } finally {
            deflater.end();
        }
    }

    /**
     * The entry that was packed, or not. It may be damaged: its own checksum tells.
     *
     * @throws MalformedException if what was packed cannot be had
     */
    static byte[] unpack(byte[] stored) throws MalformedException {
        if (stored.length == 0 || stored[0] != FORMAT) {
            return stored;
        }
        int restBytes =
                stored.length < PREFIX_BYTES ? -1 : ByteBuffer.wrap(stored).getInt(HEADER_BYTES);
        if (restBytes < 0 || restBytes > REST_BYTES_MAX) {
            throw new MalformedException("a packed entry of " + stored.length + " bytes");
        }
        byte[] entry = Arrays.copyOf(stored, HEADER_BYTES + restBytes);
        entry[0] = UNPACKED_FORMAT;
        Inflater inflater = new Inflater(true);
        try {
            inflater.setDictionary(DICTIONARY);
            inflater.setInput(stored, PREFIX_BYTES, stored.length - PREFIX_BYTES);
            int read = inflater.inflate(entry, HEADER_BYTES, restBytes);
            if (read != restBytes || inflater.getRemaining() > 0 || !isAtEnd(inflater)) {
                throw new MalformedException("a packed entry has another length than it says");
            }
            return entry;
        } catch (DataFormatException e) {
            throw new MalformedException("a packed entry cannot be unpacked: " + e.getMessage());
        } finally {
            inflater.end();
        }
    }

    /** The mark of the end may be what is left to read. */
    private static boolean isAtEnd(Inflater inflater) throws DataFormatException {
        return inflater.finished() || (inflater.inflate(new byte[1]) == 0 && inflater.finished());
    }
}

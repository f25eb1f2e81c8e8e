package dev.tidemark.cache.invalidation;

import dev.tidemark.common.log.LogCodec;
import dev.tidemark.common.log.LogRecord;
import dev.tidemark.common.wire.MalformedException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A record with the bytes that it came as: these are stored and sent on, so that nothing is lost
 * that this version does not know.
 */
@SuppressWarnings("ArrayRecordComponent") // shared, never changed
public record EncodedRecord(LogRecord record, byte[] bytes) {

    public static EncodedRecord of(LogRecord record) {
        return new EncodedRecord(record, LogCodec.encodeRecord(record));
    }

    /**
     * Reads a record's bytes.
     *
     * @throws MalformedException if they are not a record
     */
    public static EncodedRecord of(byte[] bytes) throws MalformedException {
        return new EncodedRecord(LogCodec.decodeRecord(ByteBuffer.wrap(bytes)), bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof EncodedRecord that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return record.toString();
    }
}

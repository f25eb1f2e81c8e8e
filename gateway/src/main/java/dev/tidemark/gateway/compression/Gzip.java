package dev.tidemark.gateway.compression;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** The gzip format (RFC 1952) on whole bodies. */
final class Gzip {

    private static final int BUFFER_BYTES = 4096;

    private Gzip() {}

    static byte[] pack(byte[] identity) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream(identity.length / 4 + 64);
        try (GZIPOutputStream out = new GZIPOutputStream(packed, BUFFER_BYTES)) {
            out.write(identity);
        } catch (IOException e) {
            throw new UncheckedIOException("memory cannot be written", e);
        }
        return packed.toByteArray();
    }

    /**
     * The identity body, checked against the trailer.
     *
     * @param identityBytes how long it is to be; never is more unpacked than that
     */
    static byte[] unpack(byte[] packed, int identityBytes) throws CorruptBodyException {
        byte[] identity = new byte[identityBytes];
        try (GZIPInputStream in =
                new GZIPInputStream(new ByteArrayInputStream(packed), BUFFER_BYTES)) {
            if (in.readNBytes(identity, 0, identityBytes) < identityBytes || in.read() >= 0) {
                throw new CorruptBodyException("its length is not what it says");
            }
        } catch (IOException e) {
            throw new CorruptBodyException(String.valueOf(e.getMessage()));
        }
        return identity;
    }
}

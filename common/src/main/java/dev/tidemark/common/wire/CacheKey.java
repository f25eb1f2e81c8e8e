package dev.tidemark.common.wire;

import dev.tidemark.common.request.CanonicalRequest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Under what an answer is cached: 128 bits of SHA-256 over the canonical request's text. */
public record CacheKey(long high, long low) {

    public static CacheKey of(CanonicalRequest request) {
        try {
            ByteBuffer digest =
                    ByteBuffer.wrap(
                            MessageDigest.getInstance("SHA-256")
                                    .digest(request.text().getBytes(StandardCharsets.UTF_8)));
            return new CacheKey(digest.getLong(), digest.getLong());
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }

    /** 32 lower-case hexadecimal digits. */
    @Override
    public String toString() {
        HexFormat hex = HexFormat.of();
        return hex.toHexDigits(high) + hex.toHexDigits(low);
    }
}

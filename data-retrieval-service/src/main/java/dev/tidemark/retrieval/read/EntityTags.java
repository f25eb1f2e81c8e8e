package dev.tidemark.retrieval.read;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Strong entity tags (RFC 9110, section 8.8.3). */
public final class EntityTags {

    private EntityTags() {}

    /** Of one row: what the row is, and what of it is shown. */
    public static String ofRow(String rowHash, String projectionHash) {
        return '"' + rowHash + '-' + projectionHash + '"';
    }

    /**
     * Of a list: what is in it, and where it stands in the whole, so that a 304 never hides that
     * the count has changed.
     */
    static String ofBody(byte[] body, String contentRange) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(body);
            byte[] hash = digest.digest(contentRange.getBytes(StandardCharsets.US_ASCII));
            return '"' + HexFormat.of().formatHex(hash, 0, 16) + '"';
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }
}

package dev.tidemark.gateway.http;

import dev.tidemark.common.wire.BodyEncoding;
import java.util.List;

/**
 * Entity tags and conditional requests (RFC 9110, sections 8.8.3 and 13.1.2).
 *
 * <p>The origin makes the tag of the identity body. A strong tag names bytes, so the gzip body has
 * one of its own, by a suffix: {@code "abc-gzip"}.
 */
final class EntityTags {

    private static final String GZIP_SUFFIX = "-gzip\"";

    private EntityTags() {}

    /** The tag of the body in this encoding. */
    static String of(String etag, BodyEncoding encoding) {
        return switch (encoding) {
            case IDENTITY -> etag;
            case GZIP ->
                    etag.endsWith("\"") ? etag.substring(0, etag.length() - 1) + GZIP_SUFFIX : etag;
        };
    }

    /**
     * Whether the client already has what this entity tag names, in whatever encoding: the content
     * is the same. The comparison is weak, as for every {@code If-None-Match}.
     *
     * @param etag the identity body's
     */
    static boolean isMatched(List<String> ifNoneMatch, String etag) {
        String identity = opaque(etag);
        String gzip = of(identity, BodyEncoding.GZIP);
        for (String candidate : ifNoneMatch) {
            String opaque = opaque(candidate);
            if (candidate.equals("*") || opaque.equals(identity) || opaque.equals(gzip)) {
                return true;
            }
        }
        return false;
    }

    private static String opaque(String etag) {
        return etag.startsWith("W/") ? etag.substring(2) : etag;
    }
}

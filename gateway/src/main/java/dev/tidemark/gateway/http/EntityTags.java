package dev.tidemark.gateway.http;

import java.util.List;

/** Conditional requests (RFC 9110, section 13.1.2). */
final class EntityTags {

    private EntityTags() {}

    /**
     * Whether the client already has what this entity tag names. The comparison is weak, as for
     * every {@code If-None-Match}.
     */
    static boolean isMatched(List<String> ifNoneMatch, String etag) {
        String opaque = opaque(etag);
        for (String candidate : ifNoneMatch) {
            if (candidate.equals("*") || opaque(candidate).equals(opaque)) {
                return true;
            }
        }
        return false;
    }

    private static String opaque(String etag) {
        return etag.startsWith("W/") ? etag.substring(2) : etag;
    }
}

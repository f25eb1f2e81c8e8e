package dev.tidemark.gateway.http;

/** Why a cache could not answer by itself: the {@code fwd} of RFC 9211, section 2.2. */
public enum Forward {
    /** Nothing under the key, or nothing valid. */
    MISS("miss"),
    /** What there was is past its soft TTL. */
    STALE("stale"),
    /** The request asked for something more recent. */
    REQUEST("request"),
    /** The cache was not asked, or could not be. */
    BYPASS("bypass");

    private final String token;

    Forward(String token) {
        this.token = token;
    }

    String token() {
        return token;
    }
}

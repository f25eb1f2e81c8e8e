package dev.tidemark.gateway.http;

import java.time.Duration;
import java.util.Optional;

/**
 * The value of {@code Cache-Status} (RFC 9211): which layers took part, the one nearest to the
 * origin first. Made for each answer, never stored with an entry.
 */
public final class CacheStatus {

    private static final String NEAR = "tidemark-near";
    private static final String SHARED = "tidemark-shared";

    /** Nothing tells of the changes of what it depends on. */
    private static final String TIME_ONLY = "; detail=time-only";

    private static final String REVALIDATED = "; detail=stale-while-revalidate";

    private CacheStatus() {}

    /** Answered from memory. */
    public static String nearHit(Duration ttlLeft, boolean followed) {
        return NEAR + "; hit; ttl=" + seconds(ttlLeft) + (followed ? "" : TIME_ONLY);
    }

    /** Answered from memory while it is fetched again. */
    public static String nearRevalidated(Duration ttlLeft) {
        return NEAR + "; hit; ttl=" + seconds(ttlLeft) + REVALIDATED;
    }

    /** Answered by the shared cache, after the near cache had to pass the request on. */
    public static String sharedHit(
            Duration ttlLeft, boolean followed, Forward near, boolean stored, boolean collapsed) {
        return shared(ttlLeft, followed ? "" : TIME_ONLY, near, stored, collapsed);
    }

    /** The same while it is fetched again. */
    public static String sharedRevalidated(Duration ttlLeft, Forward near, boolean collapsed) {
        return shared(ttlLeft, REVALIDATED, near, true, collapsed);
    }

    private static String shared(
            Duration ttlLeft, String detail, Forward near, boolean stored, boolean collapsed) {
        return SHARED
                + "; hit; ttl="
                + seconds(ttlLeft)
                + detail
                + ", "
                + NEAR
                + "; fwd="
                + near.token()
                + (stored ? "; stored" : "")
                + (collapsed ? "; collapsed" : "");
    }

    /**
     * Fetched from the origin.
     *
     * @param shared why the shared cache passed the request on; empty if it had no part
     * @param stored whether the near cache keeps the answer
     * @param collapsed whether the fetch was another request's
     */
    public static String fetched(
            Optional<Forward> shared, Forward near, int status, boolean stored, boolean collapsed) {
        return shared.map(forward -> SHARED + "; fwd=" + forward.token() + ", ").orElse("")
                + NEAR
                + "; fwd="
                + near.token()
                + "; fwd-status="
                + status
                + (stored ? "; stored" : "")
                + (collapsed ? "; collapsed" : "");
    }

    /** Past the caches, by setting or because the answer is known to be uncacheable. */
    public static String bypassed() {
        return NEAR + "; fwd=bypass";
    }

    /** Stale or invalid, served because the origin fails. */
    public static String staleIfError(Duration ttlLeft) {
        return NEAR + "; hit; ttl=" + seconds(ttlLeft) + "; detail=stale-if-error";
    }

    /** Rounded down, so that what is stale by any time at all is negative. */
    private static long seconds(Duration ttl) {
        return ttl.toSeconds();
    }
}

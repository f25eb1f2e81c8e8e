package dev.tidemark.gateway.http;

import dev.tidemark.common.request.CacheDirectives;
import dev.tidemark.common.request.ReadRequest;
import dev.tidemark.gateway.near.Entry;
import java.time.Duration;

/** How recent an answer a request demands. */
public final class Demand {

    private Demand() {}

    /**
     * Whether a valid entry within its soft TTL is recent enough for this request.
     *
     * <p>What HTTP's own directives ask for is subject to the table's policy: where that does not
     * allow reloads, no browser can make the database work. {@code Tidemark-Max-Staleness} and
     * tokens are promises of ours and always kept.
     */
    public static boolean isMet(ReadRequest request, Entry entry, long nowNanos) {
        if (!request.tokens().isEmpty() || isTooStale(request, entry, nowNanos)) {
            return false;
        }
        return !entry.answer().policy().reloadAllowed()
                || !(request.directives().noCache() || isTooOld(request, entry, nowNanos));
    }

    /**
     * Whether this request may be answered with an entry that is stale or invalid, now that the
     * origin fails (RFC 5861, section 4). Who asked for something recent is told the truth instead.
     */
    public static boolean allowsStaleIfError(ReadRequest request, Entry entry, long nowNanos) {
        return request.tokens().isEmpty()
                && request.maxStaleness().isEmpty()
                && !request.directives().noCache()
                && !isTooOld(request, entry, nowNanos);
    }

    /** Whether a request asks for nothing but what every valid entry gives. */
    public static boolean isNone(ReadRequest request) {
        CacheDirectives directives = request.directives();
        return request.tokens().isEmpty()
                && request.maxStaleness().isEmpty()
                && !directives.noCache()
                && directives.maxAge().isEmpty();
    }

    private static boolean isTooStale(ReadRequest request, Entry entry, long nowNanos) {
        return request.maxStaleness().isPresent()
                && isLess(request.maxStaleness().get(), entry.age(nowNanos));
    }

    private static boolean isTooOld(ReadRequest request, Entry entry, long nowNanos) {
        return request.directives().maxAge().isPresent()
                && isLess(request.directives().maxAge().get(), entry.age(nowNanos));
    }

    private static boolean isLess(Duration bound, Duration age) {
        return bound.compareTo(age) < 0;
    }
}

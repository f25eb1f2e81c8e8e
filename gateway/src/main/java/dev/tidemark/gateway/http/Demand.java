package dev.tidemark.gateway.http;

import dev.tidemark.common.request.ReadRequest;
import dev.tidemark.common.wire.Answer;
import java.time.Duration;

/** How recent an answer a request demands. What its tokens demand is not decided here. */
public final class Demand {

    private Demand() {}

    /**
     * Whether a valid answer within its soft TTL is recent enough for this request.
     *
     * <p>What HTTP's own directives ask for is subject to the table's policy: where that does not
     * allow reloads, no browser can make the database work. {@code Tidemark-Max-Staleness} is a
     * promise of ours and always kept.
     *
     * @param stalenessNanos how stale it can be at most
     */
    public static boolean isMet(ReadRequest request, Answer answer, long stalenessNanos) {
        if (request.maxStaleness().isPresent()
                && stalenessNanos > nanos(request.maxStaleness().get())) {
            return false;
        }
        return !answer.policy().reloadAllowed()
                || !(request.directives().noCache()
                        || isTooOld(request, age(answer, stalenessNanos)));
    }

    /**
     * The age that {@code max-age} is compared with: what the log vouches for is as old as the
     * header {@code Age} says, in whole seconds, so that a browser's reload ({@code max-age=0}) is
     * met by it.
     */
    private static long age(Answer answer, long stalenessNanos) {
        return answer.followed()
                ? stalenessNanos - stalenessNanos % Duration.ofSeconds(1).toNanos()
                : stalenessNanos;
    }

    /**
     * Whether this request may be answered with an entry that is stale or invalid, now that the
     * origin fails (RFC 5861, section 4). Who asked for something recent is told the truth instead.
     */
    public static boolean allowsStaleIfError(ReadRequest request, long ageNanos) {
        return request.maxStaleness().isEmpty()
                && !request.directives().noCache()
                && !isTooOld(request, ageNanos);
    }

    /** Whether the request asks for more of the origin than its answers' policies say. */
    public static boolean isReload(ReadRequest request) {
        return request.directives().noCache() || request.directives().maxAge().isPresent();
    }

    private static boolean isTooOld(ReadRequest request, long ageNanos) {
        return request.directives().maxAge().isPresent()
                && ageNanos > nanos(request.directives().maxAge().get());
    }

    /** Saturated: a client may name any duration. */
    private static long nanos(Duration duration) {
        return duration.compareTo(Duration.ofNanos(Long.MAX_VALUE)) < 0
                ? duration.toNanos()
                : Long.MAX_VALUE;
    }
}

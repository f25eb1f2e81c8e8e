package dev.tidemark.gateway.http;

import dev.tidemark.common.request.ReadRequest;
import dev.tidemark.common.wire.Answer;
import dev.tidemark.common.wire.Policy;
import java.time.Duration;
import java.util.Optional;

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
     * Whether this request may be answered with a valid entry past its soft TTL while that is
     * fetched again: within what the table's policy allows (RFC 5861, section 3) or the request
     * itself ({@code max-stale}; RFC 9111, section 5.2.1.2), and never past the hard TTL.
     */
    public static boolean allowsStale(ReadRequest request, Policy policy, long ageNanos) {
        return !request.directives().noCache()
                && isWithin(
                        longer(
                                policy.staleWhileRevalidate(),
                                request.directives().maxStale().orElse(Duration.ZERO)),
                        policy,
                        ageNanos);
    }

    /**
     * Whether this request may be answered with an entry that is stale or invalid, now that the
     * origin fails (RFC 5861, section 4): within what the request says, else the table's policy,
     * and never past the hard TTL. Who asked for something recent is told the truth instead.
     */
    public static boolean allowsStaleIfError(ReadRequest request, Policy policy, long ageNanos) {
        Optional<Duration> own = request.directives().staleIfError();
        return request.maxStaleness().isEmpty()
                && !request.directives().noCache()
                // "Regardless of other freshness information", such as max-age.
                && (own.isPresent() || !isTooOld(request, ageNanos))
                && isWithin(own.orElse(policy.staleIfError()), policy, ageNanos);
    }

    /** Not at all where the time is zero, whatever the age: what is invalid need not be old. */
    private static boolean isWithin(Duration pastSoftTtl, Policy policy, long ageNanos) {
        return pastSoftTtl.isPositive()
                && ageNanos < policy.hardTtl().toNanos()
                && ageNanos - policy.softTtl().toNanos() < nanos(pastSoftTtl);
    }

    private static Duration longer(Duration a, Duration b) {
        return a.compareTo(b) >= 0 ? a : b;
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

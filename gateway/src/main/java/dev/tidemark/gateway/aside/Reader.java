package dev.tidemark.gateway.aside;

import dev.tidemark.common.request.ReadRequest;
import dev.tidemark.common.wire.CacheKey;
import dev.tidemark.gateway.http.Forward;
import dev.tidemark.gateway.session.Session;
import dev.tidemark.gateway.time.Deadline;

/**
 * One who waits for an answer.
 *
 * @param session what the answer must have seen
 * @param askedNanos when the request came
 * @param near why the near cache could not answer
 */
record Reader(
        ReadRequest request,
        Session session,
        CacheKey key,
        long askedNanos,
        Deadline deadline,
        Forward near) {

    /** Why the near cache could not answer, now that more is known. */
    Reader forwarded(Forward why) {
        return new Reader(request, session, key, askedNanos, deadline, why);
    }
}

package dev.tidemark.gateway.aside;

import dev.tidemark.common.request.ReadRequest;
import dev.tidemark.common.wire.CacheKey;
import dev.tidemark.common.wire.Purpose;
import dev.tidemark.gateway.guard.Client;
import dev.tidemark.gateway.http.Demand;
import dev.tidemark.gateway.http.Forward;
import dev.tidemark.gateway.session.Session;
import dev.tidemark.gateway.time.Deadline;

/**
 * One who waits for an answer.
 *
 * @param client who that is, as far as it is known
 * @param session what the answer must have seen
 * @param askedNanos when the request came
 * @param near why the near cache could not answer
 */
record Reader(
        ReadRequest request,
        Client client,
        Session session,
        CacheKey key,
        long askedNanos,
        Deadline deadline,
        Forward near) {

    /** Why the near cache could not answer, now that more is known. */
    Reader forwarded(Forward why) {
        return new Reader(request, client, session, key, askedNanos, deadline, why);
    }

    /** What a fetch for this reader is for. */
    Purpose purpose() {
        return Demand.isReload(request) ? Purpose.STRONG : Purpose.READ;
    }
}

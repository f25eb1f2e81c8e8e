package dev.tidemark.gateway.origin;

import dev.tidemark.common.request.CanonicalRequest;
import dev.tidemark.common.tag.Lsn;
import dev.tidemark.common.wire.Purpose;
import dev.tidemark.gateway.time.Deadline;
import java.util.Optional;

/**
 * What is to be fetched.
 *
 * @param replicaFrom a read replica will do that has replayed the log up to there; empty if only
 *     the primary will do
 * @param purpose why, so that the origin puts first what is waited for
 */
public record Fetch(
        CanonicalRequest request, Deadline deadline, Optional<Lsn> replicaFrom, Purpose purpose) {

    /** From the primary, so that it has seen all that was there when it was asked. */
    public static Fetch fromPrimary(CanonicalRequest request, Deadline deadline, Purpose purpose) {
        return new Fetch(request, deadline, Optional.empty(), purpose);
    }
}

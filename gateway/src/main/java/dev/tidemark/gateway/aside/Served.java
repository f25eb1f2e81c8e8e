package dev.tidemark.gateway.aside;

import dev.tidemark.common.problem.Problem;
import dev.tidemark.common.wire.HeaderField;
import dev.tidemark.gateway.http.ServerTiming;
import dev.tidemark.gateway.near.Entry;
import dev.tidemark.gateway.origin.BodyStream;
import dev.tidemark.gateway.session.Token;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What a reader gets. Sealed, so that no case can be forgotten when it is written out. */
public sealed interface Served {

    /**
     * An answer that is at hand.
     *
     * @param stale whether it is served only because the origin fails
     * @param stalenessNanos how stale it can be at most
     */
    record Whole(
            Entry entry,
            boolean stale,
            long stalenessNanos,
            String cacheStatus,
            ServerTiming timing)
            implements Served {}

    /**
     * An answer that passes through. Its body must be claimed or discarded.
     *
     * @param seen what it has seen; empty if the origin does not say
     */
    record Streamed(
            int status,
            List<HeaderField> head,
            BodyStream body,
            Optional<Token> seen,
            Duration age,
            String cacheStatus,
            ServerTiming timing)
            implements Served {}

    /** A problem of the origin's, as it came. */
    @SuppressWarnings("ArrayRecordComponent") // shared, never changed
    record Refused(int status, List<HeaderField> head, byte[] body, String cacheStatus)
            implements Served {}

    /** A problem of our own. */
    record Failed(Problem problem) implements Served {}
}

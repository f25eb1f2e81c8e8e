package dev.tidemark.gateway.aside;

import dev.tidemark.common.problem.Problem;
import dev.tidemark.common.wire.HeaderField;
import dev.tidemark.gateway.http.ServerTiming;
import dev.tidemark.gateway.near.Entry;
import dev.tidemark.gateway.origin.BodyStream;
import java.time.Duration;
import java.util.List;

/** What a reader gets. Sealed, so that no case can be forgotten when it is written out. */
public sealed interface Served {

    /**
     * An answer that is at hand.
     *
     * @param stale whether it is served only because the origin fails
     */
    record Whole(Entry entry, boolean stale, String cacheStatus, ServerTiming timing)
            implements Served {}

    /** An answer that passes through. Its body must be claimed or discarded. */
    record Streamed(
            int status,
            List<HeaderField> head,
            BodyStream body,
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

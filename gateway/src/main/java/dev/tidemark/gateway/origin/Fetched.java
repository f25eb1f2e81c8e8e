package dev.tidemark.gateway.origin;

import dev.tidemark.common.problem.Problem;
import dev.tidemark.common.problem.ProblemType;
import dev.tidemark.common.wire.Answer;
import dev.tidemark.common.wire.HeaderField;
import dev.tidemark.common.wire.Repeatability;
import dev.tidemark.gateway.session.Token;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What came of a fetch. Sealed, so that no case can be forgotten. */
public sealed interface Fetched {

    /**
     * An answer that the origin says may be cached, complete.
     *
     * @param repeatability what it would have in common with another
     * @param behind it is a read replica's, that was so far behind the primary; empty if it is the
     *     primary's
     */
    record Whole(Answer answer, Repeatability repeatability, Optional<Duration> behind)
            implements Fetched {}

    /**
     * An answer that may not be cached or is too large to be: on its way, and for one reader only.
     *
     * @param seen what it has seen; empty if the origin does not say
     */
    record Streaming(int status, List<HeaderField> head, BodyStream body, Optional<Token> seen)
            implements Fetched {}

    /** A problem that the origin answered with; nothing is known of how long it will be true. */
    @SuppressWarnings("ArrayRecordComponent") // shared, never changed
    record Refused(int status, List<HeaderField> head, byte[] body) implements Fetched {

        /** Whether the origin is to blame rather than the request. */
        public boolean isFailure() {
            return status >= 500;
        }

        /**
         * Whether the instance is broken for all requests, since it cannot reach its database. Any
         * other answer is about one request or one relation, and to leave the instance alone for it
         * would make one table's fault an outage of all of them.
         */
        boolean isBreakdown() {
            return status == ProblemType.ORIGIN_UNAVAILABLE.status()
                    && new String(body, StandardCharsets.UTF_8)
                            .contains('"' + ProblemType.ORIGIN_UNAVAILABLE.code() + '"');
        }
    }

    /** The origin could not be asked, or did not answer. */
    record Unavailable(Problem problem) implements Fetched {}
}

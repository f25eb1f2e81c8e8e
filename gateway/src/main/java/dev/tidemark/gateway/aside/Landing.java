package dev.tidemark.gateway.aside;

import dev.tidemark.common.problem.Problem;
import dev.tidemark.gateway.http.Forward;
import dev.tidemark.gateway.http.ServerTiming;
import dev.tidemark.gateway.near.Entry;
import dev.tidemark.gateway.origin.Fetched;
import java.util.Optional;

/** What a flight brought home, for each of those who wait for it to judge. */
sealed interface Landing {

    /** Whether there is no answer, for no fault of the request's. */
    default boolean isFailure() {
        return this instanceof Failed
                || (this instanceof FetchedProblem problem && problem.refused().isFailure());
    }

    /** The shared cache had it. */
    record Found(Entry entry, ServerTiming timing) implements Landing {}

    /**
     * The origin answered.
     *
     * @param stored whether the near cache has it; not if it was overtaken on its way
     * @param ofPrimary whether the primary was asked, and so all is in it that was there when it
     *     was
     * @param beganNanos when the origin was asked
     * @param shared why the shared cache passed the request on; empty if it had no part
     */
    record FetchedWhole(
            Entry entry,
            boolean stored,
            boolean ofPrimary,
            long beganNanos,
            Optional<Forward> shared,
            ServerTiming timing)
            implements Landing {}

    /** An answer for one reader only: whoever leads the flight. */
    record FetchedStream(
            Fetched.Streaming streaming,
            long beganNanos,
            Optional<Forward> shared,
            ServerTiming timing)
            implements Landing {}

    /** The origin answered with a problem. */
    record FetchedProblem(Fetched.Refused refused, long beganNanos, Optional<Forward> shared)
            implements Landing {}

    /** The origin did not answer. */
    record Failed(Problem problem) implements Landing {}
}

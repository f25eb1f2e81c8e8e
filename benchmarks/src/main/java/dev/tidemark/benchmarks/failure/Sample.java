package dev.tidemark.benchmarks.failure;

import dev.tidemark.benchmarks.http.Response;

/**
 * A read as its client saw it.
 *
 * @param dueNanos when it was to be sent, on the monotonic clock
 * @param endNanos when it was answered, or given up
 * @param detail what came, of one that failed
 */
record Sample(int row, long dueNanos, long endNanos, Kind kind, String detail) {

    /** What became of it. */
    enum Kind {
        NEAR_HIT,
        SHARED_HIT,
        /** By the database. */
        FETCHED,
        /** The same, since the shared cache could not be asked or would not keep it. */
        FETCHED_PAST_SHARED,
        /** Past what can be vouched for, since nobody could tell better, and marked. */
        STALE_IF_ERROR,
        /** Refused at once, to be asked again. */
        SHED,
        FAILED
    }

    static Kind kind(Response answer) {
        if (answer.status() == 200) {
            String status = answer.field("Cache-Status");
            if (status.contains("stale-if-error")) {
                return Kind.STALE_IF_ERROR;
            }
            if (status.contains("tidemark-near; hit")) {
                return Kind.NEAR_HIT;
            }
            if (status.contains("tidemark-shared; hit")) {
                return Kind.SHARED_HIT;
            }
            return status.contains("tidemark-shared; fwd=bypass")
                    ? Kind.FETCHED_PAST_SHARED
                    : Kind.FETCHED;
        }
        return answer.status() == 503 && !answer.field("Retry-After").isEmpty()
                ? Kind.SHED
                : Kind.FAILED;
    }

    boolean isAnswered() {
        return kind != Kind.SHED && kind != Kind.FAILED;
    }
}

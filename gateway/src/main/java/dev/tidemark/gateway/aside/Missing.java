package dev.tidemark.gateway.aside;

import dev.tidemark.common.wire.Answer;
import dev.tidemark.gateway.origin.Fetched;

/** Whether the origin had to look for something and found nothing. */
final class Missing {

    /** As PostgreSQL writes one. */
    private static final int EMPTY_ARRAY_BYTES = "[]".length();

    private Missing() {}

    static boolean in(Landing landing) {
        return switch (landing) {
            case Landing.FetchedWhole whole -> isNothing(whole.entry().answer());
            case Landing.FetchedProblem problem -> !problem.refused().isFailure();
            case Landing.Found found -> false;
            case Landing.FetchedStream stream -> false;
            case Landing.Failed failed -> false;
        };
    }

    static boolean in(Fetched fetched) {
        return switch (fetched) {
            case Fetched.Whole whole -> isNothing(whole.answer());
            case Fetched.Refused refused -> !refused.isFailure();
            case Fetched.Streaming streaming -> false;
            case Fetched.Unavailable unavailable -> false;
        };
    }

    /** No such row, not one row, or none in an array. */
    private static boolean isNothing(Answer answer) {
        return answer.status() >= 400 || answer.identityBytes() <= EMPTY_ARRAY_BYTES;
    }
}

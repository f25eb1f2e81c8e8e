package dev.tidemark.cache.http;

import dev.tidemark.common.problem.Problem;

/** Ends a request with a problem. */
public final class ProblemException extends RuntimeException {

    private final transient Problem problem;

    public ProblemException(Problem problem) {
        // Part of the service's normal work: no stack trace is worth taking.
        super(problem.message(), null, false, false);
        this.problem = problem;
    }

    Problem problem() {
        return problem;
    }
}

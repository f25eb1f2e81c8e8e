package dev.tidemark.retrieval.problem;

import dev.tidemark.common.problem.Problem;
import dev.tidemark.common.problem.ProblemType;

/** Carries a problem from wherever it is found to the client. */
public final class ProblemException extends RuntimeException {

    private final transient Problem problem;

    public ProblemException(Problem problem) {
        // Control flow, not a failure: no stack trace to pay for.
        super(problem.message(), null, false, false);
        this.problem = problem;
    }

    public static ProblemException of(ProblemType type, String message) {
        return new ProblemException(Problem.of(type, message));
    }

    public static ProblemException of(ProblemType type, String message, String hint) {
        return new ProblemException(Problem.of(type, message).withHint(hint));
    }

    public Problem problem() {
        return problem;
    }
}

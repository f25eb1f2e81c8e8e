package dev.tidemark.common.request;

import dev.tidemark.common.problem.Problem;
import dev.tidemark.common.problem.ProblemType;

/** Carries a problem out of the parser; never leaves this package. */
final class BadRequestException extends Exception {

    private final transient Problem problem;

    BadRequestException(Problem problem) {
        // Control flow, not a failure: no stack trace to pay for.
        super(problem.message(), null, false, false);
        this.problem = problem;
    }

    static BadRequestException of(String message) {
        return new BadRequestException(Problem.of(ProblemType.BAD_REQUEST, message));
    }

    static BadRequestException of(String message, String hint) {
        return new BadRequestException(Problem.of(ProblemType.BAD_REQUEST, message).withHint(hint));
    }

    Problem problem() {
        return problem;
    }
}

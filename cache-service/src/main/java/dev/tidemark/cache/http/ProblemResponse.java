package dev.tidemark.cache.http;

import dev.tidemark.common.problem.Problem;
import dev.tidemark.common.problem.ProblemType;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Writes problems as responses. */
final class ProblemResponse {

    private ProblemResponse() {}

    /** Writes it, unless the response is under way already. */
    static void send(Problem problem, HttpServletResponse response) throws IOException {
        if (response.isCommitted()) {
            return;
        }
        response.resetBuffer();
        response.setStatus(problem.status());
        response.setContentType(Problem.MEDIA_TYPE);
        problem.retryAfter()
                .ifPresent(delay ->
                        response.setHeader("Retry-After", Long.toString(delay.toSeconds())));
        byte[] body = problem.json();
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }

    /** The problem that stands for a status which somebody else has set. */
    static Problem of(int status) {
        return switch (status) {
            case 404 -> Problem.of(ProblemType.NOT_FOUND, "Nothing is served here");
            case 405 -> Problem.of(ProblemType.METHOD_NOT_ALLOWED, "The method is not allowed");
            case 413 -> Problem.of(ProblemType.PAYLOAD_TOO_LARGE, "The body is too large");
            case 414 -> Problem.of(ProblemType.TARGET_TOO_LONG, "The target is too long");
            case 503 -> Problem.of(ProblemType.OVERLOADED, "The service is stopping");
            default ->
                    status >= 500
                            ? Problem.of(ProblemType.INTERNAL, "The request failed")
                            : Problem.of(ProblemType.BAD_REQUEST, "The request is not understood");
        };
    }
}

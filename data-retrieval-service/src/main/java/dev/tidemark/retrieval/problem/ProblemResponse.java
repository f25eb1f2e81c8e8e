package dev.tidemark.retrieval.problem;

import dev.tidemark.common.problem.Problem;
import dev.tidemark.common.problem.ProblemType;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Writes problems. */
public final class ProblemResponse {

    private ProblemResponse() {}

    /**
     * Makes the problem the response.
     *
     * @param head whether only the head is wanted
     */
    public static void write(Problem problem, boolean head, HttpServletResponse response)
            throws IOException {
        byte[] body = problem.json();
        response.setStatus(problem.status());
        response.setHeader("Content-Type", Problem.MEDIA_TYPE);
        response.setContentLength(body.length);
        problem.retryAfter()
                .ifPresent(after ->
                        response.setHeader(
                                "Retry-After", Long.toString(Math.max(1, after.toSeconds()))));
        if (problem.type() == ProblemType.METHOD_NOT_ALLOWED) {
            response.setHeader("Allow", "GET, HEAD");
        }
        if (!head) {
            response.getOutputStream().write(body);
        }
    }
}

package dev.tidemark.retrieval.problem;

import dev.tidemark.common.problem.Problem;
import dev.tidemark.common.problem.ProblemType;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.RequestMapping;

/** Makes a problem of what the servlet container refuses before our code sees it. */
@Controller
final class ContainerErrors implements ErrorController {

    @RequestMapping("${server.error.path:/error}")
    void error(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (response.isCommitted()) {
            // A stream that broke off: whatever is written now would be taken for a part of it.
            return;
        }
        int status =
                request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE) instanceof Integer code
                        ? code
                        : 404;
        ProblemResponse.write(problem(status), request.getMethod().equals("HEAD"), response);
    }

    static Problem problem(int status) {
        return switch (status) {
            case 404 -> Problem.of(ProblemType.NOT_FOUND, "nothing is served at this path");
            case 405 -> Problem.of(ProblemType.METHOD_NOT_ALLOWED, "use GET or HEAD");
            case 413 -> Problem.of(ProblemType.PAYLOAD_TOO_LARGE, "the body is too large");
            case 414 -> Problem.of(ProblemType.TARGET_TOO_LONG, "the request target is too long");
            default ->
                    status < 500
                            ? Problem.of(
                                    ProblemType.BAD_REQUEST, "the request cannot be understood")
                            : Problem.of(ProblemType.INTERNAL, "the request failed");
        };
    }
}

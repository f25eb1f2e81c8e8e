package dev.tidemark.cache.http;

import dev.tidemark.common.problem.Problem;
import dev.tidemark.common.problem.ProblemType;
import dev.tidemark.common.wire.MalformedException;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpMethod;
import org.springframework.web.ErrorResponse;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/** Turns what an endpoint throws into a problem. */
@RestControllerAdvice
class ProblemAdvice {

    private static final Logger log = LoggerFactory.getLogger(ProblemAdvice.class);

    @ExceptionHandler
    void problem(ProblemException failure, HttpServletResponse response) throws IOException {
        ProblemResponse.send(failure.problem(), response);
    }

    @ExceptionHandler
    void malformed(MalformedException failure, HttpServletResponse response) throws IOException {
        String message = "The body is malformed: " + failure.getMessage();
        ProblemResponse.send(Problem.of(ProblemType.BAD_REQUEST, message), response);
    }

    @ExceptionHandler
    void methodNotAllowed(
            HttpRequestMethodNotSupportedException failure, HttpServletResponse response)
            throws IOException {
        Set<HttpMethod> supported = failure.getSupportedHttpMethods();
        if (supported != null) {
            // RFC 9110, section 15.5.6: a 405 has to say what is allowed.
            response.setHeader(
                    "Allow", String.join(", ", supported.stream().map(HttpMethod::name).toList()));
        }
        String message = failure.getMethod() + " is not allowed here";
        ProblemResponse.send(Problem.of(ProblemType.METHOD_NOT_ALLOWED, message), response);
    }

    /** The connection broke: nobody is left to answer. */
    @ExceptionHandler
    void disconnected(IOException failure) {
        log.debug("A client went away", failure);
    }

    @ExceptionHandler
    void other(Exception failure, HttpServletResponse response) throws IOException {
        if (failure instanceof ErrorResponse known && known.getStatusCode().is4xxClientError()) {
            ProblemResponse.send(ProblemResponse.of(known.getStatusCode().value()), response);
            return;
        }
        log.error("A request failed", failure);
        ProblemResponse.send(ProblemResponse.of(500), response);
    }
}

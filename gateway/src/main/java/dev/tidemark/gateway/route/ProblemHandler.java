package dev.tidemark.gateway.route;

import dev.tidemark.common.problem.Problem;
import dev.tidemark.common.problem.ProblemType;
import dev.tidemark.gateway.trace.TraceContext;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebExceptionHandler;
import reactor.core.publisher.Mono;
import reactor.netty.channel.AbortedException;

/** Turns whatever nobody answered, and whatever went wrong, into a problem. */
final class ProblemHandler implements WebExceptionHandler, Ordered {

    private static final Logger log = LoggerFactory.getLogger(ProblemHandler.class);

    private final ResponseWriter writer;

    ProblemHandler(ResponseWriter writer) {
        this.writer = writer;
    }

    /** Ahead of Spring Boot's, which is at -1 and may answer in HTML. */
    @Override
    public int getOrder() {
        return -2;
    }

    @Override
    public Mono<Void> handle(ServerWebExchange exchange, Throwable error) {
        if (exchange.getResponse().isCommitted()
                || error instanceof AbortedException
                || error instanceof IOException) {
            // The client has left, or half of the answer has: there is nobody to tell.
            log.debug("An answer was broken off", error);
            return Mono.error(error);
        }
        return Mono.deferContextual(context -> {
            Problem problem = problem(error);
            if (problem.type() == ProblemType.INTERNAL) {
                TraceContext.log(context, () -> log.error("A request failed", error));
            }
            return writer.write(exchange, problem);
        });
    }

    private static Problem problem(Throwable error) {
        int status =
                error instanceof ResponseStatusException known
                        ? known.getStatusCode().value()
                        : 500;
        return switch (status) {
            case 400 -> Problem.of(ProblemType.BAD_REQUEST, "the request cannot be understood");
            case 404 ->
                    Problem.of(ProblemType.NOT_FOUND, "nothing is served at this path")
                            .withHint("tables are served at /rest/v1/{table}");
            case 405 ->
                    Problem.of(ProblemType.METHOD_NOT_ALLOWED, "the method is not allowed here");
            case 406 -> Problem.of(ProblemType.NOT_ACCEPTABLE, "nothing here is of that type");
            case 413 -> Problem.of(ProblemType.PAYLOAD_TOO_LARGE, "the body is too large");
            default -> Problem.of(ProblemType.INTERNAL, "the request could not be answered");
        };
    }
}

package dev.tidemark.gateway.origin;

import dev.tidemark.common.problem.Problem;
import dev.tidemark.common.problem.ProblemType;
import dev.tidemark.gateway.resilience.Breaker;
import dev.tidemark.gateway.resilience.Failures;
import dev.tidemark.gateway.trace.TraceContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/** Turns what went wrong into the problem that a client would get. The outermost layer. */
final class AnsweringOrigin implements Origin {

    private static final Logger log = LoggerFactory.getLogger(AnsweringOrigin.class);

    private final Origin origin;

    AnsweringOrigin(Origin origin) {
        this.origin = origin;
    }

    @Override
    public Mono<Fetched> fetch(Fetch fetch) {
        return origin.fetch(fetch)
                .onErrorResume(error ->
                        Mono.deferContextual(context -> {
                            TraceContext.log(context, () -> log(error));
                            return Mono.just(new Fetched.Unavailable(problem(error)));
                        }));
    }

    private static void log(Throwable error) {
        if (Failures.isConnectionFailure(error)) {
            log.warn("The origin cannot be reached: {}", error.toString());
        } else if (!Failures.isBreakerOpen(error)
                && !Failures.isOverload(error)
                && !Failures.isTimeout(error)) {
            log.error("A fetch failed", error);
        }
    }

    private static Problem problem(Throwable error) {
        if (Failures.isBreakerOpen(error)) {
            return Problem.of(ProblemType.ORIGIN_UNAVAILABLE, "the origin is failing")
                    .withRetryAfter(Breaker.RETRY_AFTER);
        }
        if (Failures.isOverload(error)) {
            return Problem.of(ProblemType.OVERLOADED, "too many requests wait for the origin");
        }
        if (Failures.isTimeout(error)) {
            return Problem.of(ProblemType.TIMEOUT, "the origin did not answer in time");
        }
        if (Failures.isConnectionFailure(error)) {
            return Problem.of(ProblemType.ORIGIN_UNAVAILABLE, "the origin cannot be reached");
        }
        return Problem.of(ProblemType.ORIGIN_UNAVAILABLE, "the origin could not be asked");
    }
}

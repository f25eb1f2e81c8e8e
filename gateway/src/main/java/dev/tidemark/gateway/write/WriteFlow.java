package dev.tidemark.gateway.write;

import dev.tidemark.common.log.Advisory;
import dev.tidemark.common.log.Change;
import dev.tidemark.common.problem.Problem;
import dev.tidemark.common.problem.ProblemType;
import dev.tidemark.common.request.WriteRequest;
import dev.tidemark.common.wire.HeaderField;
import dev.tidemark.common.wire.WrittenHeaders;
import dev.tidemark.gateway.resilience.Breaker;
import dev.tidemark.gateway.resilience.ConcurrencyLimit;
import dev.tidemark.gateway.resilience.Failures;
import dev.tidemark.gateway.time.Deadline;
import dev.tidemark.gateway.time.MonotonicClock;
import dev.tidemark.gateway.trace.TraceContext;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * The way of a write: in line, to one instance, and back; then whoever keeps answers is told, and
 * only then the client. A client that leaves does not call its write back.
 */
public final class WriteFlow {

    private static final Logger log = LoggerFactory.getLogger(WriteFlow.class);

    private final WriteTarget target;
    private final ConcurrencyLimit limit;
    private final WriteProperties properties;
    private final List<Written> told;
    private final Optional<WriteTokens> tokens;
    private final MonotonicClock clock;
    private final MeterRegistry meters;

    WriteFlow(
            WriteTarget target,
            ConcurrencyLimit limit,
            WriteProperties properties,
            List<Written> told,
            Optional<WriteTokens> tokens,
            MonotonicClock clock,
            MeterRegistry meters) {
        this.target = target;
        this.limit = limit;
        this.properties = properties;
        this.told = List.copyOf(told);
        this.tokens = tokens;
        this.clock = clock;
        this.meters = meters;
    }

    /** How large a body may be. */
    public int bodyBytesMax() {
        return properties.bodyBytesMax();
    }

    /** Does the write, once. Never an error. */
    public Mono<WriteAnswer> write(WriteRequest request, byte[] body) {
        return Mono.deferContextual(context -> {
            Deadline deadline = deadline(request, clock.nanos());
            Mono<WriteAnswer.Answered> sent =
                    limit.limit(Mono.defer(() -> inTime(request, body, deadline)));
            Mono<WriteAnswer> task =
                    sent.<WriteAnswer>map(this::noted)
                            .onErrorResume(error -> {
                                TraceContext.log(context, () -> log(error));
                                return Mono.just(new WriteAnswer.Failed(problem(error)));
                            })
                            .doOnNext(this::count)
                            .contextWrite(context)
                            .cache();
            // Not the client's own subscription, which ends when it leaves.
            task.subscribe();
            return task;
        });
    }

    private Deadline deadline(WriteRequest request, long nowNanos) {
        Duration asked = request.timeout().orElse(properties.deadline());
        Duration max = properties.deadlineMax();
        return Deadline.in(asked.compareTo(max) < 0 ? asked : max, nowNanos);
    }

    /** What nobody waits for any more when its turn comes is not sent. */
    private Mono<WriteAnswer.Answered> inTime(
            WriteRequest request, byte[] body, Deadline deadline) {
        return deadline.left(clock.nanos()).isZero()
                ? Mono.error(new LateException())
                : target.write(request, body, deadline);
    }

    /** No time was left to send it. */
    private static final class LateException extends Exception {

        private static final long serialVersionUID = 1;

        LateException() {
            super("no time was left", null, false, false);
        }
    }

    private WriteAnswer.Answered noted(WriteAnswer.Answered answered) {
        if (answered.internal().isEmpty() || !answered.isSuccess()) {
            return answered;
        }
        WrittenHeaders written = answered.internal().get();
        if (written.tags().size() > 0) {
            Advisory advisory =
                    new Advisory(written.identity(), new Change(written.stamp(), written.tags()));
            told.forEach(one -> tell(one, advisory));
        }
        Optional<String> token = tokens.flatMap(maker -> token(maker, written));
        if (token.isEmpty()) {
            return answered;
        }
        List<HeaderField> head = new ArrayList<>(answered.head());
        head.add(new HeaderField("Tidemark-Token", token.get()));
        return new WriteAnswer.Answered(
                answered.status(), head, answered.body(), answered.internal());
    }

    private static void tell(Written one, Advisory advisory) {
        try {
            one.tell(advisory);
        } catch (RuntimeException e) {
            log.warn("A write could not be told ahead of the log", e);
        }
    }

    private static Optional<String> token(WriteTokens maker, WrittenHeaders written) {
        try {
            return maker.token(written);
        } catch (RuntimeException e) {
            log.warn("A write has no token", e);
            return Optional.empty();
        }
    }

    private static void log(Throwable error) {
        if (Failures.isConnectionFailure(error)) {
            log.warn(
                    "A write did not reach the origin, or its answer not us: {}", error.toString());
        } else if (!Unsent.is(error)
                && !Failures.isTimeout(error)
                && !(error instanceof LateException)) {
            log.error("A write failed", error);
        }
    }

    private static Problem problem(Throwable error) {
        if (error instanceof LateException) {
            return Problem.of(ProblemType.TIMEOUT, "there was no time left to write")
                    .withHint("nothing was written");
        }
        if (Failures.isOverload(error)) {
            return Problem.of(ProblemType.OVERLOADED, "too many writes wait for the origin")
                    .withHint("nothing was written");
        }
        if (Unsent.is(error)) {
            Problem problem =
                    Problem.of(ProblemType.ORIGIN_UNAVAILABLE, "the origin cannot be reached")
                            .withHint("nothing was written");
            return Failures.isBreakerOpen(error)
                    ? problem.withRetryAfter(Breaker.RETRY_AFTER)
                    : problem;
        }
        return Problem.of(
                        ProblemType.OUTCOME_UNKNOWN,
                        "the origin has not answered: the write may have been done, or not")
                .withHint(
                        "repeat it with the Idempotency-Key that it had; without one, look first,"
                                + " and send one with the next");
    }

    private void count(WriteAnswer answer) {
        String outcome =
                switch (answer) {
                    case WriteAnswer.Answered answered ->
                            answered.isSuccess()
                                    ? "written"
                                    : answered.status() < 500 ? "refused" : "failed";
                    case WriteAnswer.Failed failed ->
                            failed.problem().type() == ProblemType.OUTCOME_UNKNOWN
                                    ? "unknown"
                                    : "unavailable";
                };
        meters.counter("tidemark.writes", "outcome", outcome).increment();
    }
}

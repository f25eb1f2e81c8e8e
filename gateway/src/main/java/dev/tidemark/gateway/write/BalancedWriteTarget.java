package dev.tidemark.gateway.write;

import dev.tidemark.common.request.WriteRequest;
import dev.tidemark.gateway.resilience.Breaker;
import dev.tidemark.gateway.resilience.Failures;
import dev.tidemark.gateway.resilience.Instances;
import dev.tidemark.gateway.time.Deadline;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import reactor.core.publisher.Mono;

/**
 * The instances in turn, each behind a breaker. A write goes on to the next only from one that it
 * cannot have reached: an open breaker, a connection that could not be opened.
 */
final class BalancedWriteTarget implements WriteTarget {

    private final Instances<Guarded> instances;

    BalancedWriteTarget(Instances<Guarded> instances) {
        this.instances = instances;
    }

    /** An instance that is left alone while it fails for everybody. */
    record Guarded(WriteTarget target, Breaker breaker) {

        Mono<WriteAnswer.Answered> write(WriteRequest request, byte[] body, Deadline deadline) {
            return breaker.guard(target.write(request, body, deadline), Guarded::isBreakdown);
        }

        /** Not what one request, one table or a full lane is to blame for. */
        private static boolean isBreakdown(WriteAnswer.Answered answered) {
            return answered.status() == 503
                    && new String(answered.body(), StandardCharsets.UTF_8)
                            .contains("\"code\":\"PGRST001\"");
        }
    }

    @Override
    public Mono<WriteAnswer.Answered> write(WriteRequest request, byte[] body, Deadline deadline) {
        return Mono.defer(() -> attempt(instances.inTurn().iterator(), request, body, deadline));
    }

    private static Mono<WriteAnswer.Answered> attempt(
            Iterator<Guarded> candidates, WriteRequest request, byte[] body, Deadline deadline) {
        return candidates
                .next()
                .write(request, body, deadline)
                .onErrorResume(
                        error ->
                                candidates.hasNext()
                                        && (Failures.isBreakerOpen(error)
                                                || Unsent.isConnectionRefused(error)),
                        error -> attempt(candidates, request, body, deadline));
    }
}

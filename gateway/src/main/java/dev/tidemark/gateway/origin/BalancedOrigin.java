package dev.tidemark.gateway.origin;

import dev.tidemark.common.request.CanonicalRequest;
import dev.tidemark.gateway.resilience.Failures;
import dev.tidemark.gateway.resilience.Instances;
import dev.tidemark.gateway.time.Deadline;
import java.util.Iterator;
import reactor.core.publisher.Mono;

/** The instances in turn; where one cannot be reached, one attempt at another. */
final class BalancedOrigin implements Origin {

    private final Instances<Origin> instances;

    BalancedOrigin(Instances<Origin> instances) {
        this.instances = instances;
    }

    @Override
    public Mono<Fetched> fetch(CanonicalRequest request, Deadline deadline) {
        return Mono.defer(() -> attempt(instances.inTurn().iterator(), request, deadline, 2));
    }

    private static Mono<Fetched> attempt(
            Iterator<Origin> candidates,
            CanonicalRequest request,
            Deadline deadline,
            int attemptsLeft) {
        return candidates
                .next()
                .fetch(request, deadline)
                .onErrorResume(error -> {
                    if (!candidates.hasNext()) {
                        return Mono.error(error);
                    }
                    if (Failures.isBreakerOpen(error)) {
                        // Costs nothing, so it is no attempt.
                        return attempt(candidates, request, deadline, attemptsLeft);
                    }
                    return Failures.isConnectionFailure(error) && attemptsLeft > 1
                            ? attempt(candidates, request, deadline, attemptsLeft - 1)
                            : Mono.error(error);
                });
    }
}

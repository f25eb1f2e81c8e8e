package dev.tidemark.gateway.origin;

import dev.tidemark.gateway.resilience.Failures;
import dev.tidemark.gateway.resilience.Instances;
import java.util.Iterator;
import reactor.core.publisher.Mono;

/** The instances in turn; where one cannot be reached, one attempt at another. */
final class BalancedOrigin implements Origin {

    private final Instances<Origin> instances;

    BalancedOrigin(Instances<Origin> instances) {
        this.instances = instances;
    }

    @Override
    public Mono<Fetched> fetch(Fetch fetch) {
        return Mono.defer(() -> attempt(instances.inTurn().iterator(), fetch, 2));
    }

    private static Mono<Fetched> attempt(
            Iterator<Origin> candidates, Fetch fetch, int attemptsLeft) {
        return candidates
                .next()
                .fetch(fetch)
                .onErrorResume(error -> {
                    if (!candidates.hasNext()) {
                        return Mono.error(error);
                    }
                    if (Failures.isBreakerOpen(error)) {
                        // Costs nothing, so it is no attempt.
                        return attempt(candidates, fetch, attemptsLeft);
                    }
                    return Failures.isConnectionFailure(error) && attemptsLeft > 1
                            ? attempt(candidates, fetch, attemptsLeft - 1)
                            : Mono.error(error);
                });
    }
}

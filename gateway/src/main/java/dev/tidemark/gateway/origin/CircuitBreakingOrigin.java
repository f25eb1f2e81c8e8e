package dev.tidemark.gateway.origin;

import dev.tidemark.gateway.resilience.Breaker;
import reactor.core.publisher.Mono;

/**
 * Leaves an instance alone that fails for everybody: it cannot be reached, does not answer, or has
 * no database. What one request, one relation or a full lane is to blame for does not count.
 */
final class CircuitBreakingOrigin implements Origin {

    private final Origin origin;
    private final Breaker breaker;

    CircuitBreakingOrigin(Origin origin, Breaker breaker) {
        this.origin = origin;
        this.breaker = breaker;
    }

    @Override
    public Mono<Fetched> fetch(Fetch fetch) {
        return breaker.guard(
                origin.fetch(fetch),
                fetched -> fetched instanceof Fetched.Refused refused && refused.isBreakdown());
    }
}

package dev.tidemark.gateway.origin;

import dev.tidemark.common.wire.Purpose;
import dev.tidemark.gateway.resilience.Balancer;
import reactor.core.publisher.Mono;

/**
 * The instance that is likely to answer first; where one cannot be reached, has no database or is
 * slow, one attempt at another. What nobody waits for is not hedged.
 */
final class BalancedOrigin implements Origin {

    private final Balancer<Origin> balancer;

    BalancedOrigin(Balancer<Origin> balancer) {
        this.balancer = balancer;
    }

    @Override
    public Mono<Fetched> fetch(Fetch fetch) {
        return balancer.call(
                instance -> instance.fetch(fetch),
                fetched -> fetched instanceof Fetched.Refused refused && refused.isBreakdown(),
                fetch.purpose() != Purpose.REFRESH);
    }
}

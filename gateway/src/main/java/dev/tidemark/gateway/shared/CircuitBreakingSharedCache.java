package dev.tidemark.gateway.shared;

import dev.tidemark.common.wire.Fill;
import dev.tidemark.common.wire.Lookup;
import dev.tidemark.common.wire.LookupOutcome;
import dev.tidemark.common.wire.Release;
import dev.tidemark.common.wire.Renewal;
import dev.tidemark.gateway.resilience.Breaker;
import java.time.Duration;
import reactor.core.publisher.Mono;

/**
 * Leaves an instance alone that fails. A shard that is away is an answer, not a failure of the
 * instance: the others can still be asked.
 */
final class CircuitBreakingSharedCache implements SharedCache {

    private final SharedCache shared;
    private final Breaker breaker;

    CircuitBreakingSharedCache(SharedCache shared, Breaker breaker) {
        this.shared = shared;
        this.breaker = breaker;
    }

    @Override
    public Mono<LookupOutcome> find(Lookup lookup) {
        return breaker.guard(shared.find(lookup), outcome -> false);
    }

    @Override
    public Mono<Void> fill(Fill fill) {
        return breaker.guard(shared.fill(fill), nothing -> false);
    }

    @Override
    public Mono<Void> release(Release release) {
        return breaker.guard(shared.release(release), nothing -> false);
    }

    @Override
    public Mono<Duration> renew(Renewal renewal) {
        return breaker.guard(shared.renew(renewal), held -> false);
    }
}

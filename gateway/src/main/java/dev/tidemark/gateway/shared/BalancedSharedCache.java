package dev.tidemark.gateway.shared;

import dev.tidemark.common.wire.Fill;
import dev.tidemark.common.wire.Lookup;
import dev.tidemark.common.wire.LookupOutcome;
import dev.tidemark.common.wire.Release;
import dev.tidemark.common.wire.Renewal;
import dev.tidemark.gateway.resilience.Failures;
import dev.tidemark.gateway.resilience.Instances;
import java.time.Duration;
import java.util.Iterator;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/** The instances in turn; where one cannot be reached, one attempt at another. */
final class BalancedSharedCache implements SharedCache {

    private final Instances<SharedCache> instances;

    BalancedSharedCache(Instances<SharedCache> instances) {
        this.instances = instances;
    }

    @Override
    public Mono<LookupOutcome> find(Lookup lookup) {
        return balance(instance -> instance.find(lookup));
    }

    @Override
    public Mono<Void> fill(Fill fill) {
        return balance(instance -> instance.fill(fill));
    }

    @Override
    public Mono<Void> release(Release release) {
        return balance(instance -> instance.release(release));
    }

    @Override
    public Mono<Duration> renew(Renewal renewal) {
        return balance(instance -> instance.renew(renewal));
    }

    private <T> Mono<T> balance(Function<SharedCache, Mono<T>> call) {
        return Mono.defer(() -> attempt(instances.inTurn().iterator(), call, 2));
    }

    private static <T> Mono<T> attempt(
            Iterator<SharedCache> candidates,
            Function<SharedCache, Mono<T>> call,
            int attemptsLeft) {
        return call.apply(candidates.next())
                .onErrorResume(error -> {
                    if (!candidates.hasNext()) {
                        return Mono.error(error);
                    }
                    if (Failures.isBreakerOpen(error)) {
                        // Costs nothing, so it is no attempt.
                        return attempt(candidates, call, attemptsLeft);
                    }
                    return Failures.isConnectionFailure(error) && attemptsLeft > 1
                            ? attempt(candidates, call, attemptsLeft - 1)
                            : Mono.error(error);
                });
    }
}

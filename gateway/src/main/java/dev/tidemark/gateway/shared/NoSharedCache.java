package dev.tidemark.gateway.shared;

import dev.tidemark.common.wire.Fill;
import dev.tidemark.common.wire.Lookup;
import dev.tidemark.common.wire.LookupOutcome;
import dev.tidemark.common.wire.Release;
import dev.tidemark.common.wire.Renewal;
import java.time.Duration;
import reactor.core.publisher.Mono;

/** What stands for the shared cache where none is configured. */
final class NoSharedCache implements SharedCache {

    @Override
    public Mono<LookupOutcome> find(Lookup lookup) {
        return Mono.just(new LookupOutcome.Unavailable());
    }

    @Override
    public Mono<Void> fill(Fill fill) {
        return Mono.empty();
    }

    @Override
    public Mono<Void> release(Release release) {
        return Mono.empty();
    }

    @Override
    public Mono<Duration> renew(Renewal renewal) {
        return Mono.just(Duration.ZERO);
    }
}

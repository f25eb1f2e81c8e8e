package dev.tidemark.gateway.shared;

import dev.tidemark.common.wire.Fill;
import dev.tidemark.common.wire.Lookup;
import dev.tidemark.common.wire.LookupOutcome;
import dev.tidemark.common.wire.Release;
import dev.tidemark.common.wire.Renewal;
import dev.tidemark.gateway.resilience.ConcurrencyLimit;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/** Lets nothing that goes wrong with the shared cache reach a reader. The outermost layer. */
final class DispensableSharedCache implements SharedCache {

    private static final Logger log = LoggerFactory.getLogger(DispensableSharedCache.class);

    private final SharedCache shared;
    private final ConcurrencyLimit fillLimit;
    private final Counter filled;
    private final Counter failedFills;

    /**
     * @param fillLimit bounds the heap that fills on their way may hold; what is beyond is dropped
     */
    DispensableSharedCache(SharedCache shared, ConcurrencyLimit fillLimit, MeterRegistry meters) {
        this.shared = shared;
        this.fillLimit = fillLimit;
        this.filled = fills(meters, "filled");
        this.failedFills = fills(meters, "failed");
    }

    private static Counter fills(MeterRegistry meters, String outcome) {
        return Counter.builder("tidemark.fills")
                .description("Fills of the shared cache, as this gateway saw them")
                .tag("outcome", outcome)
                .register(meters);
    }

    @Override
    public Mono<LookupOutcome> find(Lookup lookup) {
        return shared.find(lookup)
                .onErrorResume(error -> {
                    log.debug("The shared cache could not be asked", error);
                    return Mono.just(new LookupOutcome.Unavailable());
                });
    }

    @Override
    public Mono<Void> fill(Fill fill) {
        return fillLimit
                .limit(shared.fill(fill))
                .doOnSuccess(nothing -> filled.increment())
                .onErrorResume(error -> {
                    failedFills.increment();
                    log.debug("A fill failed", error);
                    return Mono.empty();
                });
    }

    @Override
    public Mono<Void> release(Release release) {
        return shared.release(release)
                .onErrorResume(error -> {
                    log.debug("A lease could not be given back", error);
                    return Mono.empty();
                });
    }

    @Override
    public Mono<Duration> renew(Renewal renewal) {
        return shared.renew(renewal)
                .onErrorResume(error -> {
                    log.debug("A lease could not be renewed", error);
                    return Mono.empty();
                });
    }
}

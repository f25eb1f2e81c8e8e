package dev.tidemark.gateway.origin;

import dev.tidemark.gateway.resilience.ConcurrencyLimit;
import reactor.core.publisher.Mono;

/**
 * So many fetches at once, whoever asks: without its shared cache, a gateway must not flood the
 * origin. It saves work; the hard bound is the origin's own. A stream counts until its head is
 * there.
 */
final class LimitedOrigin implements Origin {

    private final Origin origin;
    private final ConcurrencyLimit limit;

    LimitedOrigin(Origin origin, ConcurrencyLimit limit) {
        this.origin = origin;
        this.limit = limit;
    }

    @Override
    public Mono<Fetched> fetch(Fetch fetch) {
        return limit.limit(origin.fetch(fetch));
    }
}

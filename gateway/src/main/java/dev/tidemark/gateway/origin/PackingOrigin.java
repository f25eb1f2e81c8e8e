package dev.tidemark.gateway.origin;

import dev.tidemark.common.request.CanonicalRequest;
import dev.tidemark.gateway.compression.Compressor;
import dev.tidemark.gateway.time.Deadline;
import reactor.core.publisher.Mono;

/**
 * Packs what was fetched whole, once for all: the caches keep it and the clients get it so. The
 * outermost layer, so that packing neither counts as the origin's time nor takes up its limit.
 */
final class PackingOrigin implements Origin {

    private final Origin origin;
    private final Compressor compressor;

    PackingOrigin(Origin origin, Compressor compressor) {
        this.origin = origin;
        this.compressor = compressor;
    }

    @Override
    public Mono<Fetched> fetch(CanonicalRequest request, Deadline deadline) {
        return origin.fetch(request, deadline)
                .flatMap(fetched ->
                        fetched instanceof Fetched.Whole(var answer, var repeatability)
                                ? compressor
                                        .pack(answer)
                                        .map(packed -> new Fetched.Whole(packed, repeatability))
                                : Mono.just(fetched));
    }
}

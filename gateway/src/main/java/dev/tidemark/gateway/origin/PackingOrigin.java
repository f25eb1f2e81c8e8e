package dev.tidemark.gateway.origin;

import dev.tidemark.gateway.compression.Compressor;
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
    public Mono<Fetched> fetch(Fetch fetch) {
        return origin.fetch(fetch)
                .flatMap(fetched ->
                        fetched instanceof Fetched.Whole(var answer, var repeatability, var behind)
                                ? compressor
                                        .pack(answer)
                                        .map(packed ->
                                                new Fetched.Whole(packed, repeatability, behind))
                                : Mono.just(fetched));
    }
}

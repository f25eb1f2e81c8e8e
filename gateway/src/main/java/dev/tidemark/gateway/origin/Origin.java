package dev.tidemark.gateway.origin;

import reactor.core.publisher.Mono;

/** Where answers come from. */
public interface Origin {

    /**
     * Fetches the answer to a request, cold: each subscription is one fetch. Cancelling it gives up
     * the fetch.
     *
     * @return one value; an error only from the inner layers, which the outermost turns into {@link
     *     Fetched.Unavailable}
     */
    Mono<Fetched> fetch(Fetch fetch);
}

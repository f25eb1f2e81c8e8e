package dev.tidemark.gateway.feed;

import dev.tidemark.common.log.Completeness;
import dev.tidemark.common.log.FeedFrame;
import dev.tidemark.common.log.LogPosition;
import java.util.List;
import java.util.Optional;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** One cache-service as those see it who follow it. */
interface Feed {

    /**
     * The log without end, in whatever portions it comes: what came tells that the other side
     * lives, even if no frame is complete.
     *
     * @param after the last record that is known; empty for a snapshot first
     */
    Flux<List<FeedFrame>> frames(Optional<LogPosition> after);

    /** How stale it is itself; an error if it does not know. */
    Mono<Completeness> completeness();
}

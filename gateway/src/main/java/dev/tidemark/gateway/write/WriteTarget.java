package dev.tidemark.gateway.write;

import dev.tidemark.common.request.WriteRequest;
import dev.tidemark.gateway.time.Deadline;
import reactor.core.publisher.Mono;

/** Where writes go. */
interface WriteTarget {

    /**
     * Sends a write, cold: each subscription is one.
     *
     * @return one value; or an error, which says by {@link Unsent#is} whether it was sent
     */
    Mono<WriteAnswer.Answered> write(WriteRequest request, byte[] body, Deadline deadline);
}

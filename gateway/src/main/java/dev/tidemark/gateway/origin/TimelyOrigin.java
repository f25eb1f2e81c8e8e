package dev.tidemark.gateway.origin;

import dev.tidemark.gateway.time.MonotonicClock;
import java.util.concurrent.TimeoutException;
import reactor.core.publisher.Mono;

/** Does not ask for what nobody waits for any more, when its turn comes. */
final class TimelyOrigin implements Origin {

    private final Origin origin;
    private final MonotonicClock clock;

    TimelyOrigin(Origin origin, MonotonicClock clock) {
        this.origin = origin;
        this.clock = clock;
    }

    @Override
    public Mono<Fetched> fetch(Fetch fetch) {
        return Mono.defer(() ->
                fetch.deadline().left(clock.nanos()).isZero()
                        ? Mono.error(new TimeoutException("no time was left to ask"))
                        : origin.fetch(fetch));
    }
}

package dev.tidemark.gateway.origin;

import dev.tidemark.gateway.time.MonotonicClock;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import reactor.core.publisher.Mono;

/** Counts fetches by what came of them, and how long they took. */
final class MeteredOrigin implements Origin {

    private final Origin origin;
    private final MeterRegistry meters;
    private final MonotonicClock clock;
    private final Timer duration;

    MeteredOrigin(Origin origin, MeterRegistry meters, MonotonicClock clock) {
        this.origin = origin;
        this.meters = meters;
        this.clock = clock;
        this.duration =
                Timer.builder("tidemark.origin.fetch.duration")
                        .description("How long fetches take, time in line included")
                        .register(meters);
    }

    @Override
    public Mono<Fetched> fetch(Fetch fetch) {
        return Mono.defer(() -> {
            long began = clock.nanos();
            return origin.fetch(fetch)
                    .doOnNext(fetched -> {
                        duration.record(Duration.ofNanos(clock.nanos() - began));
                        count(fetched).increment();
                    });
        });
    }

    private Counter count(Fetched fetched) {
        String outcome =
                switch (fetched) {
                    case Fetched.Whole whole -> "answered";
                    case Fetched.Streaming streaming -> "streamed";
                    case Fetched.Refused refused -> refused.isFailure() ? "failed" : "refused";
                    case Fetched.Unavailable unavailable -> "unavailable";
                };
        return Counter.builder("tidemark.origin.fetches")
                .description("Fetches from the origin")
                .tag("outcome", outcome)
                .register(meters);
    }
}

package dev.tidemark.cache.feed;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;

/**
 * Asks the one who holds the replication slot for a heartbeat before its time, on behalf of
 * gateways whose readers wait for the log. One question at a time: who comes meanwhile is for the
 * next, since the one under way may be too early for them. Best effort: without it, they wait
 * longer.
 */
final class HeartbeatDemand implements DisposableBean {

    private static final Logger log = LoggerFactory.getLogger(HeartbeatDemand.class);

    /** As long as the usual heartbeat takes to come; later nobody needs it. */
    static final Duration TIMEOUT = Duration.ofMillis(100);

    private final Supplier<Optional<URI>> holder;
    private final Duration timeout;
    private final HttpClient http;
    private final Counter demands;

    private boolean underWay;
    private boolean again;

    /**
     * @param holder the instance of the origin that holds the slot, as far as is known
     * @param timeout of a question
     */
    HeartbeatDemand(Supplier<Optional<URI>> holder, Duration timeout, MeterRegistry meters) {
        this.holder = holder;
        this.timeout = timeout;
        this.http =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(timeout)
                        .build();
        this.demands =
                Counter.builder("tidemark.heartbeats.demanded")
                        .description("Heartbeats that gateways wanted before their time")
                        .register(meters);
    }

    /** Returns at once. */
    void demand() {
        demands.increment();
        synchronized (this) {
            if (underWay) {
                again = true;
                return;
            }
            underWay = true;
        }
        ask();
    }

    private void ask() {
        Optional<URI> asked = holder.get();
        if (asked.isEmpty()) {
            over();
            return;
        }
        var _ =
                http.sendAsync(
                                HttpRequest.newBuilder(
                                                asked.get().resolve("/internal/v1/heartbeats"))
                                        .timeout(timeout)
                                        .POST(BodyPublishers.noBody())
                                        .build(),
                                BodyHandlers.discarding())
                        .whenComplete((_, failure) -> {
                            if (failure != null) {
                                log.trace("No heartbeat could be demanded", failure);
                            }
                            over();
                        });
    }

    private void over() {
        synchronized (this) {
            underWay = again;
            again = false;
            if (!underWay) {
                return;
            }
        }
        ask();
    }

    @Override
    public void destroy() {
        http.shutdownNow();
    }
}

package dev.tidemark.gateway.feed;

import dev.tidemark.gateway.reply.Replies;
import dev.tidemark.gateway.resilience.Instances;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;

/**
 * Has the log hurry up for a reader who waits for it: asks a cache-service for a heartbeat before
 * its time. While nothing changes that is followed, nothing else would tell soon that this is so.
 *
 * <p>One question at a time: who comes meanwhile is for the next, since the one under way may be
 * too early for them. Best effort: without it, they wait longer.
 */
public final class HeartbeatDemand {

    private static final Logger log = LoggerFactory.getLogger(HeartbeatDemand.class);

    /** As long as the usual heartbeat takes to come; later nobody needs it. */
    private static final Duration TIMEOUT = Duration.ofMillis(100);

    private static final int IDLE = 0;
    private static final int UNDER_WAY = 1;
    private static final int AGAIN = 2;

    private final Mono<Void> question;
    private final AtomicInteger state = new AtomicInteger(IDLE);

    HeartbeatDemand(Instances<HttpClient> instances) {
        this(
                Mono.defer(() ->
                                Replies.ended(
                                        instances
                                                .inTurn()
                                                .getFirst()
                                                .post()
                                                .uri("/internal/v1/heartbeats")))
                        .timeout(TIMEOUT));
    }

    private HeartbeatDemand(Mono<Void> question) {
        this.question =
                question.onErrorResume(failure -> {
                    log.trace("No heartbeat could be demanded", failure);
                    return Mono.empty();
                });
    }

    /** Asks by this question, each subscription of which is one. */
    public static HeartbeatDemand by(Mono<Void> question) {
        return new HeartbeatDemand(question);
    }

    /** Returns at once. */
    public void demand() {
        if (state.getAndUpdate(now -> now == IDLE ? UNDER_WAY : AGAIN) == IDLE) {
            ask();
        }
    }

    private void ask() {
        question.doFinally(signal -> over()).subscribe();
    }

    private void over() {
        if (state.updateAndGet(now -> now == AGAIN ? UNDER_WAY : IDLE) == UNDER_WAY) {
            ask();
        }
    }
}

package dev.tidemark.gateway.feed;

import dev.tidemark.common.log.Advisory;
import dev.tidemark.common.log.LogCodec;
import dev.tidemark.gateway.reply.Replies;
import dev.tidemark.gateway.resilience.ConcurrencyLimit;
import dev.tidemark.gateway.resilience.Instances;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;

/**
 * Tells all cache-services of a write through this gateway, ahead of the log, so that others see it
 * sooner. Best effort: what gets lost here, the log tells all the same.
 */
public final class AdvisoryPush {

    private static final Logger log = LoggerFactory.getLogger(AdvisoryPush.class);

    /** Later than this, the log has told. */
    private static final Duration TIMEOUT = Duration.ofMillis(500);

    private final Instances<HttpClient> instances;
    private final ConcurrencyLimit limit;

    AdvisoryPush(Instances<HttpClient> instances, ConcurrencyLimit limit) {
        this.instances = instances;
        this.limit = limit;
    }

    /** Sends it and returns at once. */
    public void tell(Advisory advisory) {
        byte[] bytes = LogCodec.encodeAdvisory(advisory);
        for (HttpClient instance : instances.inTurn()) {
            limit.limit(
                            Mono.defer(() ->
                                    Replies.ended(
                                            instance.headers(headers ->
                                                            headers.set(
                                                                    "Content-Type",
                                                                    LogCodec.MEDIA_TYPE))
                                                    .post()
                                                    .uri("/internal/v1/advisories")
                                                    .send(
                                                            Mono.just(
                                                                    Unpooled.wrappedBuffer(
                                                                            bytes))))))
                    .timeout(TIMEOUT)
                    .subscribe(
                            _ -> {},
                            failure ->
                                    log.debug("A cache-service was not told of a write", failure));
        }
    }
}

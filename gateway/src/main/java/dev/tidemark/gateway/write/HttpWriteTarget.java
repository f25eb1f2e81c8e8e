package dev.tidemark.gateway.write;

import dev.tidemark.common.request.CanonicalWrite;
import dev.tidemark.common.request.MediaTypes;
import dev.tidemark.common.request.WriteRequest;
import dev.tidemark.common.wire.HeaderField;
import dev.tidemark.common.wire.WrittenHeaders;
import dev.tidemark.gateway.reply.Replies;
import dev.tidemark.gateway.time.Deadline;
import dev.tidemark.gateway.time.MonotonicClock;
import dev.tidemark.gateway.trace.TraceContext;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.netty.ByteBufFlux;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.HttpClientResponse;

/**
 * One instance of data-retrieval-service, over HTTP. It is sent the canonical write and the body,
 * and nothing else of what the client sent.
 */
final class HttpWriteTarget implements WriteTarget {

    /** Lets the origin say itself what it knows, which is more than that it did not answer. */
    private static final Duration GRACE = Duration.ofSeconds(1);

    private static final List<String> FIELDS =
            List.of(
                    "Content-Type",
                    "Content-Profile",
                    "Content-Range",
                    "ETag",
                    "Location",
                    "Allow",
                    "Retry-After");

    private final HttpClient http;
    private final MonotonicClock clock;
    private final Scheduler scheduler;
    private final TraceContext trace;

    /**
     * @param http connects to the instance, and never tries a request again
     */
    HttpWriteTarget(
            HttpClient http, MonotonicClock clock, Scheduler scheduler, TraceContext trace) {
        this.http = http;
        this.clock = clock;
        this.scheduler = scheduler;
        this.trace = trace;
    }

    @Override
    public Mono<WriteAnswer.Answered> write(WriteRequest request, byte[] body, Deadline deadline) {
        return Mono.deferContextual(context -> {
            Duration left = deadline.left(clock.nanos());
            CanonicalWrite write = request.canonical();
            Mono<WriteAnswer.Answered> answered =
                    http.headers(
                                    headers -> {
                                        trace.inject(context, headers);
                                        describe(headers, request, body.length, left);
                                    })
                            .request(HttpMethod.valueOf(write.method().http()))
                            .uri(write.target())
                            .send(Mono.fromSupplier(() -> Unpooled.wrappedBuffer(body)))
                            .response(Replies.reader(HttpWriteTarget::read))
                            .next();
            return Replies.released(answered).timeout(left.plus(GRACE), scheduler);
        });
    }

    private static void describe(
            HttpHeaders headers, WriteRequest request, int bodyBytes, Duration left) {
        CanonicalWrite write = request.canonical();
        headers.set("Accept", write.accept());
        headers.set("Prefer", write.prefer());
        headers.set("Content-Length", bodyBytes);
        if (write.method().hasBody()) {
            headers.set("Content-Type", MediaTypes.JSON);
        }
        write.profile().ifPresent(profile -> headers.set("Content-Profile", profile));
        if (!request.ifMatch().isEmpty()) {
            headers.set("If-Match", String.join(", ", request.ifMatch()));
        }
        request.idempotencyKey().ifPresent(key -> headers.set("Idempotency-Key", key));
        headers.set("Tidemark-Timeout", Math.max(1, left.toMillis()) + "ms");
    }

    private static Mono<WriteAnswer.Answered> read(HttpClientResponse response, ByteBufFlux body) {
        HttpHeaders headers = response.responseHeaders();
        List<HeaderField> head = new ArrayList<>();
        for (String name : FIELDS) {
            String value = headers.get(name);
            if (value != null) {
                head.add(new HeaderField(name, value));
            }
        }
        return Replies.whole(body)
                .map(bytes ->
                        new WriteAnswer.Answered(
                                response.status().code(),
                                head,
                                bytes,
                                WrittenHeaders.parse(headers::getAll)));
    }
}

package dev.tidemark.gateway.origin;

import dev.tidemark.common.request.CanonicalRequest;
import dev.tidemark.common.tag.Version;
import dev.tidemark.common.wire.Answer;
import dev.tidemark.common.wire.AnswerHeaders;
import dev.tidemark.common.wire.HeaderField;
import dev.tidemark.common.wire.Repeatability;
import dev.tidemark.common.wire.ReplicaUse;
import dev.tidemark.gateway.reply.Replies;
import dev.tidemark.gateway.session.Token;
import dev.tidemark.gateway.time.MonotonicClock;
import dev.tidemark.gateway.trace.TraceContext;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.netty.Connection;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.HttpClientResponse;

/**
 * One instance of data-retrieval-service, over HTTP. It is sent the canonical request and nothing
 * else of what the client sent.
 */
final class HttpOrigin implements Origin {

    /** A problem document of the origin is a few hundred bytes. */
    private static final int PROBLEM_BYTES_MAX = 64 * 1024;

    /** A stream that nobody has claimed by then has lost its reader. */
    private static final Duration CLAIM_TIMEOUT = Duration.ofSeconds(5);

    /** Lets the origin say itself that a query took too long, which is no fault of its own. */
    private static final Duration GRACE = Duration.ofMillis(200);

    private static final List<String> STREAM_FIELDS =
            List.of("Content-Type", "Content-Length", "Content-Profile", "Content-Range", "ETag");
    private static final List<String> PROBLEM_FIELDS =
            List.of("Content-Type", "Retry-After", "Allow", "Content-Range");

    private final HttpClient http;
    private final MonotonicClock clock;
    private final Scheduler scheduler;
    private final TraceContext trace;

    /**
     * @param http connects to the instance
     */
    HttpOrigin(HttpClient http, MonotonicClock clock, Scheduler scheduler, TraceContext trace) {
        this.http = http;
        this.clock = clock;
        this.scheduler = scheduler;
        this.trace = trace;
    }

    @Override
    public Mono<Fetched> fetch(Fetch fetch) {
        return Mono.deferContextual(context -> {
            Duration left = fetch.deadline().left(clock.nanos());
            Mono<Fetched> fetched =
                    http.headers(
                                    headers -> {
                                        trace.inject(context, headers);
                                        write(headers, fetch, left);
                                    })
                            .get()
                            .uri(fetch.request().target())
                            .responseConnection(this::read)
                            .next();
            return Replies.released(fetched).timeout(left.plus(GRACE), scheduler);
        });
    }

    private static void write(HttpHeaders headers, Fetch fetch, Duration left) {
        CanonicalRequest request = fetch.request();
        headers.set("Accept", request.accept());
        request.profile().ifPresent(profile -> headers.set("Accept-Profile", profile));
        if (request.counted()) {
            headers.set("Prefer", "count=exact");
        }
        headers.set("Tidemark-Timeout", Math.max(1, left.toMillis()) + "ms");
        HeaderField purpose = fetch.purpose().field();
        headers.set(purpose.name(), purpose.value());
        fetch.replicaFrom()
                .map(ReplicaUse::allowed)
                .ifPresent(field -> headers.set(field.name(), field.value()));
    }

    private Mono<Fetched> read(HttpClientResponse response, Connection connection) {
        int status = response.status().code();
        HttpHeaders headers = response.responseHeaders();
        Optional<AnswerHeaders> internal = AnswerHeaders.parse(headers::getAll);
        if (internal.isPresent() && isKeepable(internal.get(), status, headers)) {
            return Replies.whole(connection.inbound().receive())
                    .map(body -> internal.get().answer(status, headers::getAll, body))
                    .map(answer ->
                            new Fetched.Whole(
                                    answer,
                                    Repeatability.of(headers::getAll),
                                    ReplicaUse.behind(headers::getAll)));
        }
        if (internal.isEmpty() && status >= 400) {
            return problem(connection)
                    .map(body ->
                            new Fetched.Refused(status, fields(headers, PROBLEM_FIELDS), body));
        }
        return Mono.just(
                new Fetched.Streaming(
                        status,
                        fields(headers, STREAM_FIELDS),
                        stream(connection),
                        internal.flatMap(seen -> Token.of(seen.identity(), seen.seenLsn()))));
    }

    /**
     * The origin's word is checked against what can be seen. An answer whose snapshot is not known
     * is none that a tag clock would ever find valid: not worth keeping.
     */
    private static boolean isKeepable(AnswerHeaders internal, int status, HttpHeaders headers) {
        long length = headers.getInt(HttpHeaderNames.CONTENT_LENGTH, -1);
        return internal.cacheable()
                && Answer.STATUSES.contains(status)
                && length >= 0
                && length <= Answer.BODY_BYTES_MAX
                && !internal.version().equals(Version.UNKNOWN);
    }

    private static Mono<byte[]> problem(Connection connection) {
        return connection
                .inbound()
                .receive()
                .asByteArray()
                .scanWith(() -> new byte[0], HttpOrigin::append)
                .last();
    }

    private static byte[] append(byte[] head, byte[] tail) {
        if (head.length + tail.length > PROBLEM_BYTES_MAX) {
            throw new IllegalStateException("the origin's problem document has no end");
        }
        byte[] all = java.util.Arrays.copyOf(head, head.length + tail.length);
        System.arraycopy(tail, 0, all, head.length, tail.length);
        return all;
    }

    private BodyStream stream(Connection connection) {
        Flux<ByteBuf> body = connection.inbound().receive().retain();
        BodyStream stream = new BodyStream(body, connection::dispose);
        scheduler.schedule(stream::discard, CLAIM_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        return stream;
    }

    private static List<HeaderField> fields(HttpHeaders headers, List<String> names) {
        List<HeaderField> fields = new ArrayList<>();
        for (String name : names) {
            String value = headers.get(name);
            if (value != null) {
                fields.add(new HeaderField(name, value));
            }
        }
        return fields;
    }
}

package dev.tidemark.gateway.fake;

import dev.tidemark.common.problem.Problem;
import dev.tidemark.common.problem.ProblemType;
import dev.tidemark.common.request.CanonicalRequest;
import dev.tidemark.common.request.CanonicalWrite;
import dev.tidemark.common.request.ReadRequest;
import dev.tidemark.common.request.WriteRequest;
import dev.tidemark.common.tag.Lsn;
import dev.tidemark.common.tag.Tag;
import dev.tidemark.common.tag.Tags;
import dev.tidemark.common.wire.Answer;
import dev.tidemark.common.wire.AnswerHeaders;
import dev.tidemark.common.wire.DatabaseIdentity;
import dev.tidemark.common.wire.HeaderField;
import dev.tidemark.common.wire.Repeatability;
import dev.tidemark.common.wire.WrittenHeaders;
import io.netty.buffer.Unpooled;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.DisposableChannel;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/**
 * A small origin that really listens and speaks the contract over a {@link FakeDatabase}.
 *
 * <p>The table {@code big} is streamed without end or until cancelled, {@code nowhere} does not
 * exist, {@code broken} cannot be read, {@code volatile} may not be cached, and {@code slow}
 * answers when the gate is opened.
 */
public final class StandInOrigin implements AutoCloseable {

    private static final byte[] PART = "[1234567890]".repeat(1000).getBytes(StandardCharsets.UTF_8);

    /** Of the table {@code big}: beyond what all buffers on the way can hold. */
    public static final int BIG_PARTS = 4000;

    public static final int BIG_BYTES = BIG_PARTS * PART.length;

    public final FakeDatabase database = new FakeDatabase();
    public final List<String> targets = new CopyOnWriteArrayList<>();

    /** What a write says of itself. */
    public static final WrittenHeaders WRITTEN =
            new WrittenHeaders(
                    new DatabaseIdentity(1, 2, 3, 4),
                    971,
                    Lsn.parse("0/1F6A5E0"),
                    Tags.of(List.of(Tag.row("public.w", "1"), Tag.anyRow("public.w"))));

    public final List<String> bodies = new CopyOnWriteArrayList<>();
    public final AtomicInteger partsSent = new AtomicInteger();
    public volatile HttpHeaders lastHeaders = new DefaultHttpHeaders();
    public volatile boolean failing;
    private volatile Sinks.Empty<Void> gate = Sinks.empty();
    private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final int port;
    private @Nullable DisposableServer server;

    public StandInOrigin() {
        database.followed = false;
        server = listen(0);
        port = server.port();
    }

    private DisposableServer listen(int port) {
        return HttpServer.create()
                .channelGroup(connections)
                .host("127.0.0.1")
                .port(port)
                .handle(this::answer)
                .bindNow();
    }

    public String address() {
        return "http://127.0.0.1:" + port;
    }

    /** Dies, as by kill -9. */
    public void stop() {
        if (server != null) {
            server.disposeNow();
            connections.close().awaitUninterruptibly();
            server = null;
        }
    }

    /** Is there again, at the same address. */
    public void startAgain() {
        server = listen(port);
    }

    /** Lets go who waits at the table {@code slow}. */
    public void openGate() {
        Sinks.Empty<Void> old = gate;
        gate = Sinks.empty();
        old.tryEmitEmpty();
    }

    public long fetches(String table) {
        return targets.stream().filter(target -> target.startsWith("/rest/v1/" + table)).count();
    }

    private Publisher<Void> answer(HttpServerRequest request, HttpServerResponse response) {
        targets.add(request.uri());
        lastHeaders = request.requestHeaders().copy();
        if (WriteRequest.isWrite(request.method().name()) && !failing) {
            return write(request, response);
        }
        if (failing) {
            return problem(response, Problem.of(ProblemType.ORIGIN_UNAVAILABLE, "no database"));
        }
        return switch (ReadRequest.parse("GET", request.uri(), request.requestHeaders()::getAll)) {
            case ReadRequest.Parsed.Read(ReadRequest read) -> answer(read.canonical(), response);
            case ReadRequest.Parsed.Refused(Problem problem) -> problem(response, problem);
            case ReadRequest.Parsed.NotOurs notOurs -> response.status(500).send();
        };
    }

    private Publisher<Void> answer(CanonicalRequest request, HttpServerResponse response) {
        return switch (request.table()) {
            case "nowhere" ->
                    problem(response, Problem.of(ProblemType.UNKNOWN_TABLE, "no such table"));
            case "broken" ->
                    problem(response, Problem.of(ProblemType.INTERNAL, "a view of two minds"));
            case "big" -> big(request, response);
            case "slow" -> {
                Answer answer = database.read(request);
                yield gate.asMono()
                        .then(Mono.defer(() -> Mono.from(whole(answer, true, response))));
            }
            case "volatile" -> whole(database.read(request), false, response);
            default -> whole(database.read(request), true, response);
        };
    }

    /** Tables whose names begin with {@code w} are written to; the others are read-only. */
    private Publisher<Void> write(HttpServerRequest request, HttpServerResponse response) {
        return request.receive()
                .aggregate()
                .asString(StandardCharsets.UTF_8)
                .defaultIfEmpty("")
                .flatMap(body -> {
                    bodies.add(body);
                    return Mono.from(
                            switch (WriteRequest.parseCanonical(
                                    request.method().name(),
                                    request.uri(),
                                    request.requestHeaders()::getAll)) {
                                case WriteRequest.Parsed.Write(WriteRequest write) ->
                                        write(write.canonical(), body, response);
                                case WriteRequest.Parsed.Refused(Problem problem) ->
                                        problem(response, problem);
                                case WriteRequest.Parsed.NotOurs notOurs ->
                                        response.status(500).send();
                            });
                });
    }

    private Publisher<Void> write(CanonicalWrite write, String body, HttpServerResponse response) {
        return switch (write.table()) {
            case "w_conflict" ->
                    problem(response, Problem.of(ProblemType.CONFLICT, "duplicate key"));
            case "w_silent" -> Mono.never();
            case "w_dying" -> {
                response.withConnection(DisposableChannel::dispose);
                yield Mono.never();
            }
            case "w_slow" -> gate.asMono().then(Mono.defer(() -> Mono.from(done(body, response))));
            default ->
                    write.table().startsWith("w")
                            ? done(body, response)
                            : problem(
                                    response,
                                    Problem.of(
                                            ProblemType.METHOD_NOT_ALLOWED,
                                            "not to be written to"));
        };
    }

    private static Publisher<Void> done(String body, HttpServerResponse response) {
        for (HeaderField field : WRITTEN.fields()) {
            response.addHeader(field.name(), field.value());
        }
        response.status(201)
                .header("Content-Type", "application/json")
                .header("Location", "/rest/v1/w/1")
                .header("X-Secret", "not for clients");
        return response.sendString(Mono.just(body));
    }

    private Publisher<Void> big(CanonicalRequest request, HttpServerResponse response) {
        Answer answer = database.read(request);
        headers(response, answer, false);
        return response.send(
                Flux.range(0, BIG_PARTS)
                        .doOnNext(i -> partsSent.incrementAndGet())
                        .map(i -> Unpooled.wrappedBuffer(PART)),
                part -> true);
    }

    private static Publisher<Void> whole(
            Answer answer, boolean cacheable, HttpServerResponse response) {
        headers(response, answer, cacheable);
        response.header("Content-Length", Integer.toString(answer.body().length));
        return response.send(Mono.fromSupplier(() -> Unpooled.wrappedBuffer(answer.body())));
    }

    private static void headers(HttpServerResponse response, Answer answer, boolean cacheable) {
        response.status(answer.status());
        AnswerHeaders internal = AnswerHeaders.of(answer, cacheable);
        for (HeaderField field : internal.fields()) {
            response.addHeader(field.name(), field.value());
        }
        for (HeaderField field : answer.head()) {
            response.addHeader(field.name(), field.value());
        }
        HeaderField repeatability = Repeatability.SAME.field();
        response.addHeader(repeatability.name(), repeatability.value());
    }

    private static Publisher<Void> problem(HttpServerResponse response, Problem problem) {
        response.status(problem.status()).header("Content-Type", Problem.MEDIA_TYPE);
        problem.retryAfter()
                .ifPresent(after -> response.header("Retry-After", "" + after.toSeconds()));
        return response.sendByteArray(Mono.just(problem.json()));
    }

    @Override
    public void close() {
        stop();
    }
}

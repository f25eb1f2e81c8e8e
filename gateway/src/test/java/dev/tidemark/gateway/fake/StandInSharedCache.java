package dev.tidemark.gateway.fake;

import dev.tidemark.common.wire.CacheKey;
import dev.tidemark.common.wire.HotMarks;
import dev.tidemark.common.wire.Lookup;
import dev.tidemark.common.wire.LookupCodec;
import dev.tidemark.common.wire.MalformedException;
import dev.tidemark.gateway.time.MonotonicClock;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.Exceptions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/**
 * A small cache-service that really listens and speaks the contract over {@link FakeSharedCache}.
 */
public final class StandInSharedCache implements AutoCloseable {

    public final FakeSharedCache cache = new FakeSharedCache(MonotonicClock.SYSTEM);
    public final AtomicInteger batches = new AtomicInteger();
    public final AtomicInteger renewals = new AtomicInteger();

    /** Whether it is of a version that knows no renewals. */
    public volatile boolean withoutRenewals;

    /** The keys that it says are hot. */
    public final Set<CacheKey> hotKeys = ConcurrentHashMap.newKeySet();

    private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    public volatile String lastTrace = "";
    private final int port;
    private @Nullable DisposableServer server;

    private final StandInFeed feed;

    public StandInSharedCache(StandInFeed feed) {
        this.feed = feed;
        server = listen(0);
        port = server.port();
    }

    private DisposableServer listen(int port) {
        return HttpServer.create()
                .channelGroup(connections)
                .host("127.0.0.1")
                .port(port)
                .route(routes ->
                        feed.addTo(routes)
                                .post("/internal/v1/lookups", this::lookUp)
                                .post("/internal/v1/fills", this::fill)
                                .post("/internal/v1/releases", this::release)
                                .post("/internal/v1/renewals", this::renew))
                .bindNow();
    }

    public String address() {
        return "http://127.0.0.1:" + port;
    }

    public void stop() {
        if (server != null) {
            // Does not wait for requests: a feed never ends.
            server.dispose();
            server.onDispose().block(Duration.ofSeconds(3));
            connections.close().awaitUninterruptibly();
            server = null;
        }
    }

    public void startAgain() {
        server = listen(port);
    }

    /** Answers last things first, and each frame in two halves. */
    private Publisher<Void> lookUp(HttpServerRequest request, HttpServerResponse response) {
        batches.incrementAndGet();
        lastTrace = request.requestHeaders().get("traceparent", "");
        return body(request)
                .map(StandInSharedCache::batch)
                .flatMap(batch -> {
                    List<Integer> order = new ArrayList<>();
                    List<Integer> marked = new ArrayList<>();
                    for (int i = batch.size() - 1; i >= 0; i--) {
                        order.add(i);
                        if (hotKeys.contains(batch.get(i).key())) {
                            marked.add(i);
                        }
                    }
                    if (!marked.isEmpty()) {
                        response.header(HotMarks.NAME, new HotMarks(marked).value());
                    }
                    Flux<ByteBuf> frames =
                            Flux.fromIterable(order).concatMap(i -> frame(i, batch.get(i)));
                    return response.header("Content-Type", LookupCodec.MEDIA_TYPE)
                            .send(frames, part -> true)
                            .then();
                });
    }

    private Flux<ByteBuf> frame(int index, Lookup lookup) {
        return cache.find(lookup)
                .map(outcome -> LookupCodec.encodeFrame(new LookupCodec.Frame(index, outcome)))
                .flatMapMany(bytes -> {
                    int half = bytes.length / 2;
                    return Flux.just(
                            Unpooled.wrappedBuffer(bytes, 0, half),
                            Unpooled.wrappedBuffer(bytes, half, bytes.length - half));
                });
    }

    private static List<Lookup> batch(byte[] bytes) {
        try {
            return LookupCodec.decodeBatch(ByteBuffer.wrap(bytes));
        } catch (MalformedException e) {
            throw Exceptions.propagate(e);
        }
    }

    private Publisher<Void> fill(HttpServerRequest request, HttpServerResponse response) {
        return body(request)
                .flatMap(bytes -> {
                    try {
                        return cache.fill(LookupCodec.decodeFill(ByteBuffer.wrap(bytes)));
                    } catch (MalformedException e) {
                        return Mono.error(e);
                    }
                })
                .then(Mono.defer(() -> response.status(204).send().then()));
    }

    private Publisher<Void> release(HttpServerRequest request, HttpServerResponse response) {
        return body(request)
                .flatMap(bytes -> {
                    try {
                        return cache.release(LookupCodec.decodeRelease(ByteBuffer.wrap(bytes)));
                    } catch (MalformedException e) {
                        return Mono.error(e);
                    }
                })
                .then(Mono.defer(() -> response.status(204).send().then()));
    }

    private Publisher<Void> renew(HttpServerRequest request, HttpServerResponse response) {
        renewals.incrementAndGet();
        if (withoutRenewals) {
            return response.status(404).send();
        }
        return response.sendByteArray(
                body(request)
                        .flatMap(bytes -> {
                            try {
                                return cache.renew(
                                        LookupCodec.decodeRenewal(ByteBuffer.wrap(bytes)));
                            } catch (MalformedException e) {
                                return Mono.error(e);
                            }
                        })
                        .map(LookupCodec::encodeRenewed));
    }

    private static Mono<byte[]> body(HttpServerRequest request) {
        return request.receive().aggregate().asByteArray();
    }

    @Override
    public void close() {
        stop();
    }
}

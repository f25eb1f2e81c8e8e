package dev.tidemark.gateway.fake;

import dev.tidemark.common.log.Advisory;
import dev.tidemark.common.log.Change;
import dev.tidemark.common.log.Completeness;
import dev.tidemark.common.log.FeedFrame;
import dev.tidemark.common.log.LogCodec;
import dev.tidemark.common.log.LogFollower;
import dev.tidemark.common.log.LogPosition;
import dev.tidemark.common.log.LogRecord;
import dev.tidemark.common.tag.Tags;
import dev.tidemark.common.wire.DatabaseIdentity;
import dev.tidemark.gateway.feed.FakeLog;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;
import reactor.netty.http.server.HttpServerRoutes;

/** The contract of a cache-service's feed over a log in memory, to be served from anywhere. */
public final class StandInFeed implements AutoCloseable {

    private static final Flux<FeedFrame> KEEP_ALIVE =
            Flux.interval(Duration.ofMillis(20))
                    .map(tick ->
                            new FeedFrame.Advised(
                                    new Advisory(
                                            DatabaseIdentity.UNKNOWN, new Change(0, Tags.NONE))));

    private static final int SLOTS = 1 << 15;

    /** What each connection asked to go on after; empty for a snapshot. */
    public final List<String> asked = new CopyOnWriteArrayList<>();

    /** Whether connections get nothing but what says that this side lives. */
    public volatile boolean stalled;

    /** Answers of completeness; null while it is not known. */
    public volatile @Nullable Duration staleness = Duration.ofMillis(1);

    /** Whether connections are taken and then left without a word. */
    public volatile boolean silent;

    public final AtomicInteger heartbeatsDemanded = new AtomicInteger();
    public final AtomicInteger questions = new AtomicInteger();

    private final FakeLog log;
    private final LogFollower follower = new LogFollower(SLOTS);
    private final List<LogPosition> known = new CopyOnWriteArrayList<>();
    private final Sinks.Many<LogRecord> records = Sinks.many().replay().all();
    private final Sinks.Many<FeedFrame> injected = Sinks.many().multicast().directBestEffort();
    private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private @Nullable DisposableServer server;
    private int port;

    public StandInFeed(FakeLog log) {
        this.log = log;
        log.tell(this::append);
    }

    private synchronized void append(LogRecord record) {
        follower.apply(record);
        known.add(record.position());
        records.tryEmitNext(record).orThrow();
    }

    /** Listens by itself. */
    public StandInFeed listen() {
        server =
                HttpServer.create()
                        .channelGroup(connections)
                        .host("127.0.0.1")
                        .port(port)
                        .route(this::addTo)
                        .bindNow();
        port = server.port();
        return this;
    }

    public int port() {
        return port;
    }

    /** Dies, as by kill -9. */
    public void stop() {
        if (server != null) {
            // Does not wait for requests: a feed never ends.
            server.dispose();
            server.onDispose().block(Duration.ofSeconds(3));
            connections.close().awaitUninterruptibly();
            server = null;
        }
    }

    /** Sends everyone a frame out of turn. */
    public void send(FeedFrame frame) {
        injected.tryEmitNext(frame).orThrow();
    }

    public HttpServerRoutes addTo(HttpServerRoutes routes) {
        return routes.get("/internal/v1/feed", this::feed)
                .get("/internal/v1/completeness", this::completeness)
                .post("/internal/v1/heartbeats", this::demandHeartbeat);
    }

    private Publisher<Void> demandHeartbeat(
            HttpServerRequest request, HttpServerResponse response) {
        heartbeatsDemanded.incrementAndGet();
        return response.status(204).send();
    }

    private Publisher<Void> feed(HttpServerRequest request, HttpServerResponse response) {
        String after =
                new QueryStringDecoder(request.uri())
                        .parameters()
                        .getOrDefault("after", List.of(""))
                        .getFirst();
        asked.add(after);
        Flux<FeedFrame> frames = silent ? Flux.never() : stalled ? KEEP_ALIVE : frames(after);
        return response.header("Content-Type", LogCodec.MEDIA_TYPE)
                .send(
                        frames.mergeWith(injected.asFlux()).concatMapIterable(StandInFeed::halves),
                        part -> true);
    }

    private synchronized Flux<FeedFrame> frames(String after) {
        if (!after.isEmpty() && known.contains(LogPosition.parse(after))) {
            return after(LogPosition.parse(after));
        }
        return Flux.fromIterable(snapshot()).concatWith(after(follower.position()));
    }

    private Flux<FeedFrame> after(LogPosition position) {
        return records.asFlux()
                .filter(record -> record.position().isAfter(position))
                .map(FeedFrame.Appended::new);
    }

    private List<FeedFrame> snapshot() {
        LogFollower.Copy copy = follower.copy();
        List<FeedFrame> frames = new ArrayList<>();
        frames.add(new FeedFrame.SnapshotBegun(copy.state(), SLOTS));
        for (int first = 0; first < SLOTS; first += FeedFrame.SLOTS_MAX) {
            long[] stamps = new long[FeedFrame.SLOTS_MAX];
            for (int i = 0; i < stamps.length; i++) {
                stamps[i] = copy.clock().stamp(first + i);
            }
            frames.add(new FeedFrame.Slots(first, stamps));
        }
        frames.add(new FeedFrame.SnapshotEnded());
        return frames;
    }

    private static List<ByteBuf> halves(FeedFrame frame) {
        byte[] bytes = LogCodec.encodeFrame(frame);
        int half = bytes.length / 2;
        return List.of(
                Unpooled.wrappedBuffer(bytes, 0, half),
                Unpooled.wrappedBuffer(bytes, half, bytes.length - half));
    }

    private Publisher<Void> completeness(HttpServerRequest request, HttpServerResponse response) {
        questions.incrementAndGet();
        Duration known = staleness;
        return known == null
                ? response.status(503).send()
                : response.sendByteArray(
                        Mono.just(
                                LogCodec.encodeCompleteness(new Completeness(log.tail(), known))));
    }

    @Override
    public void close() {
        stop();
    }
}

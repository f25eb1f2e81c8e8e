package dev.tidemark.gateway.shared;

import dev.tidemark.common.wire.CacheKey;
import dev.tidemark.common.wire.Fill;
import dev.tidemark.common.wire.HotMarks;
import dev.tidemark.common.wire.Lookup;
import dev.tidemark.common.wire.LookupCodec;
import dev.tidemark.common.wire.LookupOutcome;
import dev.tidemark.common.wire.MalformedException;
import dev.tidemark.common.wire.Release;
import dev.tidemark.common.wire.Renewal;
import dev.tidemark.gateway.reply.Replies;
import dev.tidemark.gateway.trace.TraceContext;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpHeaderNames;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import reactor.core.Exceptions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.HttpClientResponse;

/** One instance of cache-service, over HTTP. */
final class HttpSharedCache implements SharedCache {

    private static final String LOOKUPS = "/internal/v1/lookups";
    private static final String FILLS = "/internal/v1/fills";
    private static final String RELEASES = "/internal/v1/releases";
    private static final String RENEWALS = "/internal/v1/renewals";

    private static final Duration SLACK = Duration.ofMillis(50);

    private final HttpClient http;
    private final Duration fillTimeout;
    private final Scheduler scheduler;
    private final TraceContext trace;
    private final Consumer<CacheKey> hotKeys;
    private final LookupBatcher batcher;

    /**
     * @param http connects to the instance
     * @param batchesMax so many batches of look-ups are in flight at once
     * @param hotKeys takes the keys that the instance says are hot
     */
    HttpSharedCache(
            HttpClient http,
            int batchesMax,
            Duration fillTimeout,
            Scheduler scheduler,
            TraceContext trace,
            Consumer<CacheKey> hotKeys) {
        this.http =
                http.headers(headers ->
                        headers.set(HttpHeaderNames.CONTENT_TYPE, LookupCodec.MEDIA_TYPE));
        this.fillTimeout = fillTimeout;
        this.scheduler = scheduler;
        this.trace = trace;
        this.hotKeys = hotKeys;
        this.batcher = new LookupBatcher(this::send, batchesMax, scheduler);
    }

    @Override
    public Mono<LookupOutcome> find(Lookup lookup) {
        return batcher.find(lookup).timeout(lookup.deadline(), scheduler);
    }

    private Flux<LookupCodec.Frame> send(List<Lookup> batch) {
        return Flux.deferContextual(
                context -> send(http.headers(headers -> trace.inject(context, headers)), batch));
    }

    private Flux<LookupCodec.Frame> send(HttpClient http, List<Lookup> batch) {
        Duration deadline =
                batch.stream().map(Lookup::deadline).max(Duration::compareTo).orElseThrow();
        Flux<LookupCodec.Frame> frames =
                http.post()
                        .uri(LOOKUPS)
                        .send(Mono.fromSupplier(() -> buffer(LookupCodec.encodeBatch(batch))))
                        .response(
                                Replies.reader((response, content) -> {
                                    requireStatus(response, 200);
                                    hearOfHotKeys(response, batch);
                                    FrameAssembler assembler =
                                            new FrameAssembler(LookupCodec.FRAME_BYTES_MAX);
                                    return content.concatMapIterable(
                                            bytes -> frames(assembler, bytes), 1);
                                }));
        return Replies.released(frames)
                // Its look-ups are given up by then: what is left must not hold a place.
                .takeUntilOther(Mono.delay(deadline.plus(SLACK), scheduler));
    }

    /** Before their entries are here, so that the near cache keeps those. */
    private void hearOfHotKeys(HttpClientResponse response, List<Lookup> batch) {
        String marks = response.responseHeaders().get(HotMarks.NAME);
        if (marks != null) {
            for (int index : HotMarks.parse(marks, batch.size()).indices()) {
                hotKeys.accept(batch.get(index).key());
            }
        }
    }

    /** An entry that cannot be read is a miss of that look-up, not a failure of the batch. */
    private static List<LookupCodec.Frame> frames(FrameAssembler assembler, ByteBuf bytes) {
        try {
            List<LookupCodec.Frame> frames = new ArrayList<>();
            for (ByteBuffer content : assembler.feed(bytes)) {
                frames.add(frame(content));
            }
            return frames;
        } catch (MalformedException e) {
            throw Exceptions.propagate(e);
        }
    }

    private static LookupCodec.Frame frame(ByteBuffer content) throws MalformedException {
        try {
            return LookupCodec.decodeFrame(content);
        } catch (MalformedException e) {
            if (content.remaining() < 2) {
                throw e;
            }
            int index = content.getShort(content.position()) & 0xffff;
            return new LookupCodec.Frame(index, new LookupOutcome.Unavailable());
        }
    }

    @Override
    public Mono<Void> fill(Fill fill) {
        return post(FILLS, Mono.fromSupplier(() -> buffer(LookupCodec.encodeFill(fill))));
    }

    @Override
    public Mono<Void> release(Release release) {
        return post(RELEASES, Mono.fromSupplier(() -> buffer(LookupCodec.encodeRelease(release))));
    }

    @Override
    public Mono<Duration> renew(Renewal renewal) {
        Mono<Duration> held =
                http.post()
                        .uri(RENEWALS)
                        .send(Mono.fromSupplier(() -> buffer(LookupCodec.encodeRenewal(renewal))))
                        .response(
                                Replies.reader((response, content) -> {
                                    if (response.status().code() == 404) {
                                        // The version before this one knows no renewals.
                                        return Mono.just(Duration.ZERO);
                                    }
                                    requireStatus(response, 200);
                                    return Replies.whole(content).map(HttpSharedCache::held);
                                }))
                        .next();
        return Replies.released(held).timeout(fillTimeout, scheduler);
    }

    private static Duration held(byte[] renewed) {
        try {
            return LookupCodec.decodeRenewed(ByteBuffer.wrap(renewed));
        } catch (MalformedException e) {
            throw Exceptions.propagate(e);
        }
    }

    private Mono<Void> post(String path, Mono<ByteBuf> body) {
        Mono<Void> done =
                http.post()
                        .uri(path)
                        .send(body)
                        .response(
                                Replies.reader((response, content) -> {
                                    requireStatus(response, 204);
                                    return content.then();
                                }))
                        .then();
        return Replies.released(done).timeout(fillTimeout, scheduler);
    }

    private static ByteBuf buffer(byte[] bytes) {
        return Unpooled.wrappedBuffer(bytes);
    }

    private static void requireStatus(HttpClientResponse response, int expected) {
        int status = response.status().code();
        if (status != expected) {
            throw Exceptions.propagate(
                    new IOException("the shared cache answered with status " + status));
        }
    }
}

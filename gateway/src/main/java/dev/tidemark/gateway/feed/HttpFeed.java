package dev.tidemark.gateway.feed;

import dev.tidemark.common.log.Completeness;
import dev.tidemark.common.log.FeedFrame;
import dev.tidemark.common.log.LogCodec;
import dev.tidemark.common.log.LogPosition;
import dev.tidemark.common.wire.MalformedException;
import dev.tidemark.gateway.reply.Replies;
import dev.tidemark.gateway.shared.FrameAssembler;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import reactor.core.Exceptions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.HttpClientResponse;

/** One instance of cache-service, over HTTP. */
final class HttpFeed implements Feed {

    private static final String FEED = "/internal/v1/feed";
    private static final String COMPLETENESS = "/internal/v1/completeness";

    /** The longest frame is a record. */
    private static final int FRAME_BYTES_MAX = LogCodec.RECORD_BYTES_MAX + 1024;

    private final HttpClient http;

    /**
     * @param http connects to the instance
     */
    HttpFeed(HttpClient http) {
        this.http = http;
    }

    @Override
    public Flux<List<FeedFrame>> frames(Optional<LogPosition> after) {
        return Replies.released(
                http.get()
                        .uri(FEED + after.map(position -> "?after=" + position).orElse(""))
                        .response(
                                Replies.reader((response, content) -> {
                                    requireOk(response);
                                    FrameAssembler assembler = new FrameAssembler(FRAME_BYTES_MAX);
                                    return content.map(bytes -> frames(assembler, bytes));
                                })));
    }

    private static List<FeedFrame> frames(FrameAssembler assembler, ByteBuf bytes) {
        try {
            List<FeedFrame> frames = new ArrayList<>();
            for (ByteBuffer content : assembler.feed(bytes)) {
                frames.add(LogCodec.decodeFrame(content));
            }
            return frames;
        } catch (MalformedException e) {
            throw Exceptions.propagate(e);
        }
    }

    @Override
    public Mono<Completeness> completeness() {
        return Replies.released(
                        http.get()
                                .uri(COMPLETENESS)
                                .response(
                                        Replies.reader((response, content) -> {
                                            requireOk(response);
                                            return Replies.whole(content);
                                        }))
                                .next())
                .map(HttpFeed::completeness);
    }

    private static Completeness completeness(byte[] bytes) {
        try {
            return LogCodec.decodeCompleteness(ByteBuffer.wrap(bytes));
        } catch (MalformedException e) {
            throw Exceptions.propagate(e);
        }
    }

    private static void requireOk(HttpClientResponse response) {
        int status = response.status().code();
        if (status != 200) {
            throw Exceptions.propagate(
                    new IOException("cache-service answered with status " + status));
        }
    }
}

package dev.tidemark.gateway.route;

import dev.tidemark.common.problem.Problem;
import dev.tidemark.common.problem.ProblemType;
import dev.tidemark.common.wire.HeaderField;
import dev.tidemark.gateway.http.ResponseHead;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.List;
import java.util.Optional;

/** Gives a problem to what Netty refuses by itself, before any filter has seen it. */
final class BareRefusals extends ChannelOutboundHandlerAdapter {

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // the promise tells whoever asked
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (message instanceof FullHttpResponse bare
                && !bare.content().isReadable()
                && !bare.headers().contains(HttpHeaderNames.CONTENT_TYPE)) {
            Optional<byte[]> problem = problem(bare.status().code());
            if (problem.isPresent()) {
                FullHttpResponse full = withBody(bare, problem.get());
                bare.release();
                context.write(full, promise);
                return;
            }
        }
        context.write(message, promise);
    }

    private static Optional<byte[]> problem(int status) {
        return switch (status) {
            case 400 ->
                    Optional.of(Problem.of(ProblemType.BAD_REQUEST, "this is not HTTP/1.1").json());
            case 413 ->
                    Optional.of(
                            Problem.of(ProblemType.PAYLOAD_TOO_LARGE, "the request is too large")
                                    .json());
            case 414 ->
                    Optional.of(
                            Problem.of(
                                            ProblemType.TARGET_TOO_LONG,
                                            "the request target has more than 64 KiB")
                                    .json());
            case 431 ->
                    Optional.of(
                            Problem.of(
                                            ProblemType.HEADERS_TOO_LARGE,
                                            "the header fields have more than 64 KiB")
                                    .json());
            default -> Optional.empty();
        };
    }

    private static FullHttpResponse withBody(FullHttpResponse bare, byte[] body) {
        HttpResponseStatus status = bare.status();
        FullHttpResponse full =
                new DefaultFullHttpResponse(
                        bare.protocolVersion(), status, Unpooled.wrappedBuffer(body));
        full.headers().set(bare.headers());
        full.headers().remove(HttpHeaderNames.CONTENT_LENGTH);
        full.headers().set(HttpHeaderNames.CONTENT_TYPE, Problem.MEDIA_TYPE);
        for (HeaderField field :
                ResponseHead.ofProblem(status.code(), List.of(), body.length, true).fields()) {
            full.headers().add(field.name(), field.value());
        }
        return full;
    }
}

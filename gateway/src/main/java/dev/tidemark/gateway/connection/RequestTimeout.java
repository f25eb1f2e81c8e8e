package dev.tidemark.gateway.connection;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Closes a connection whose client does not get a request sent in time. The idle timeout does not:
 * a byte now and then is enough for it.
 *
 * <p>It sits on both sides of the codec: bytes that come while no request is being read begin a
 * head, what the codec makes of them ends it, and its body. Most requests come in one piece, and
 * nothing is timed for them. While nobody here asks for bytes, since answers to earlier requests
 * are still to come, the client is waited for by nobody.
 */
final class RequestTimeout extends ChannelDuplexHandler {

    /** What of a request is being read. */
    private enum Part {
        NONE,
        HEAD,
        BODY
    }

    private final Duration headTimeout;
    private final Duration bodyTimeout;
    private final Runnable closed;
    private Part reading = Part.NONE;

    /** Whether bytes are asked for that have not come. */
    private boolean asked;

    private @Nullable ScheduledFuture<?> timer;

    /**
     * @param closed told of each connection that was closed
     */
    RequestTimeout(Duration headTimeout, Duration bodyTimeout, Runnable closed) {
        this.headTimeout = headTimeout;
        this.bodyTimeout = bodyTimeout;
        this.closed = closed;
    }

    /** The other side. */
    ChannelInboundHandlerAdapter behindTheCodec() {
        return new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext context, Object message) {
                if (message instanceof HttpRequest) {
                    ended(Part.BODY);
                }
                if (message instanceof LastHttpContent) {
                    ended(Part.NONE);
                }
                context.fireChannelRead(message);
            }
        };
    }

    @Override
    public void read(ChannelHandlerContext context) {
        asked = true;
        context.read();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        asked = false;
        if (reading == Part.NONE) {
            reading = Part.HEAD;
        }
        context.fireChannelRead(message);
    }

    private void ended(Part next) {
        cancel();
        reading = next;
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (timer == null && reading != Part.NONE) {
            start(context, reading == Part.HEAD ? headTimeout : bodyTimeout);
        }
        context.fireChannelReadComplete();
    }

    private void start(ChannelHandlerContext context, Duration timeout) {
        timer =
                context.executor()
                        .schedule(
                                () -> end(context, timeout),
                                timeout.toMillis(),
                                TimeUnit.MILLISECONDS);
    }

    private void end(ChannelHandlerContext context, Duration timeout) {
        if (!asked && !context.channel().config().isAutoRead()) {
            start(context, timeout);
            return;
        }
        closed.run();
        var _ = context.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        cancel();
        context.fireChannelInactive();
    }

    private void cancel() {
        ScheduledFuture<?> running = timer;
        if (running != null) {
            var _ = running.cancel(false);
            timer = null;
        }
    }
}

package dev.tidemark.gateway.connection;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.handler.timeout.IdleState;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Closes a connection whose client takes nothing of what waits to be sent: it has gone without a
 * word, or would hold the answer in memory for as long as it likes. One that is merely slow gets
 * on, and is left alone.
 */
final class StallTimeout extends IdleStateHandler {

    private final Runnable closed;

    /**
     * @param closed told of each connection that was closed
     */
    StallTimeout(Duration timeout, Runnable closed) {
        super(true, 0, timeout.toMillis(), 0, TimeUnit.MILLISECONDS);
        this.closed = closed;
    }

    /** Also comes when there is nothing to send, which is none of its business. */
    @Override
    protected void channelIdle(ChannelHandlerContext context, IdleStateEvent event) {
        ChannelOutboundBuffer waiting = context.channel().unsafe().outboundBuffer();
        if (event.state() == IdleState.WRITER_IDLE
                && waiting != null
                && waiting.totalPendingWriteBytes() > 0) {
            closed.run();
            var _ = context.close();
        }
    }
}

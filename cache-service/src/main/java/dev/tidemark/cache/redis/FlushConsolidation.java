package dev.tidemark.cache.redis;

import io.lettuce.core.resource.NettyCustomizer;
import io.netty.channel.Channel;
import io.netty.handler.flush.FlushConsolidationHandler;

/**
 * Lets the commands of a batch leave in few writes: Lettuce flushes each by itself, which would be
 * a system call for each look-up. Nothing waits longer than the event loop takes to look at what
 * else is to be written.
 */
final class FlushConsolidation implements NettyCustomizer {

    @Override
    public void afterChannelInitialized(Channel channel) {
        channel.pipeline()
                .addFirst(
                        new FlushConsolidationHandler(
                                FlushConsolidationHandler.DEFAULT_EXPLICIT_FLUSH_AFTER_FLUSHES,
                                true));
    }
}

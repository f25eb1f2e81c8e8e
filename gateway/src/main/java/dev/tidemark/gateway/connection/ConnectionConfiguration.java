package dev.tidemark.gateway.connection;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import java.time.Duration;
import org.springframework.boot.reactor.netty.NettyServerCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.netty.NettyPipeline;

/** Puts the bounds into the server's connections. */
@Configuration(proxyBeanMethods = false)
class ConnectionConfiguration {

    /**
     * What is read at once. Its requests are decoded at once too, and wait where those before have
     * to be answered first.
     */
    private static final int READ_BYTES_MAX = 4 * 1024;

    /**
     * Requests that may wait: more than are read at once, of which the shortest has 27 bytes. Who
     * has more of them has found a way around that, and is cut off.
     */
    private static final int PIPELINED_MAX = 256;

    /** A write whose body is late is told so first. */
    private static final Duration GRACE = Duration.ofSeconds(1);

    @Bean
    NettyServerCustomizer boundedConnections(
            ConnectionProperties properties, MeterRegistry meters) {
        Counter slowRequests = closed(meters, "request");
        Counter stalls = closed(meters, "stall");
        return server ->
                server.childOption(
                                ChannelOption.RECVBUF_ALLOCATOR,
                                new AdaptiveRecvByteBufAllocator(512, 2048, READ_BYTES_MAX))
                        .maxPipelineDepth(PIPELINED_MAX)
                        .doOnChannelInit((observer, channel, remote) ->
                                extend(channel, properties, slowRequests, stalls));
    }

    private static Counter closed(MeterRegistry meters, String why) {
        return Counter.builder("tidemark.connections.closed")
                .description("Connections of clients that took too long")
                .tag("why", why)
                .register(meters);
    }

    private static void extend(
            Channel channel, ConnectionProperties properties, Counter slow, Counter stalls) {
        RequestTimeout request =
                new RequestTimeout(
                        properties.headTimeout(),
                        properties.bodyTimeout().plus(GRACE),
                        slow::increment);
        channel.pipeline()
                .addBefore(NettyPipeline.HttpCodec, "tidemark.request-bytes", request)
                .addAfter(NettyPipeline.HttpCodec, "tidemark.requests", request.behindTheCodec())
                .addFirst(
                        "tidemark.stall",
                        new StallTimeout(properties.stallTimeout(), stalls::increment));
    }
}

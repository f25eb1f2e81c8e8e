package dev.tidemark.gateway.connection;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.Channel;
import java.time.Duration;
import org.springframework.boot.reactor.netty.NettyServerCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.netty.NettyPipeline;

/** Puts the bounds into the server's connections. */
@Configuration(proxyBeanMethods = false)
class ConnectionConfiguration {

    /** A write whose body is late is told so first. */
    private static final Duration GRACE = Duration.ofSeconds(1);

    @Bean
    NettyServerCustomizer boundedConnections(
            ConnectionProperties properties, MeterRegistry meters) {
        Counter slowRequests = closed(meters, "request");
        Counter stalls = closed(meters, "stall");
        return server ->
                server.doOnChannelInit((observer, channel, remote) ->
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

package dev.tidemark.gateway.write;

import dev.tidemark.gateway.feed.AdvisoryPush;
import dev.tidemark.gateway.feed.Follower;
import dev.tidemark.gateway.origin.OriginProperties;
import dev.tidemark.gateway.resilience.Breakers;
import dev.tidemark.gateway.resilience.ConcurrencyLimit;
import dev.tidemark.gateway.resilience.Instances;
import dev.tidemark.gateway.resilience.NameRefresh;
import dev.tidemark.gateway.session.Sessions;
import dev.tidemark.gateway.session.Token;
import dev.tidemark.gateway.time.MonotonicClock;
import dev.tidemark.gateway.trace.TraceContext;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.ChannelOption;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.scheduler.Schedulers;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

/** Wires the way of writes, on connections of their own. */
@Configuration(proxyBeanMethods = false)
class WriteConfiguration {

    /** A thousand rows' tags and what else the origin says. */
    private static final int HEAD_BYTES_MAX = 64 * 1024;

    @Bean
    WriteFlow writeFlow(
            OriginProperties origin,
            WriteProperties properties,
            Breakers breakers,
            NameRefresh names,
            MonotonicClock clock,
            TraceContext trace,
            MeterRegistry meters,
            ObjectProvider<Written> told,
            ObjectProvider<WriteTokens> tokens) {
        HttpClient http = http(origin, properties);
        Instances<BalancedWriteTarget.Guarded> instances =
                new Instances<>(
                        origin.serviceAddresses(),
                        address -> instance(address, http, breakers, clock, trace),
                        Instances.Resolver.JDK);
        names.keepFresh(instances);
        return new WriteFlow(
                new BalancedWriteTarget(instances),
                new ConcurrencyLimit(properties.concurrencyMax(), properties.waitingMax()),
                properties,
                told.orderedStream().toList(),
                Optional.ofNullable(tokens.getIfAvailable()),
                clock,
                meters);
    }

    /** Before its client is answered, this gateway itself knows of a write. */
    @Bean
    Written ownClock(Follower follower) {
        return follower::advise;
    }

    @Bean
    Written otherNodes(AdvisoryPush push) {
        return push::tell;
    }

    @Bean
    WriteTokens writeTokens(Sessions sessions) {
        return written -> Token.of(written.identity(), written.lsn()).map(sessions::text);
    }

    private static BalancedWriteTarget.Guarded instance(
            InetSocketAddress address,
            HttpClient http,
            Breakers breakers,
            MonotonicClock clock,
            TraceContext trace) {
        return new BalancedWriteTarget.Guarded(
                new HttpWriteTarget(
                        http.remoteAddress(() -> address), clock, Schedulers.parallel(), trace),
                breakers.breaker("writes", address));
    }

    private static HttpClient http(OriginProperties origin, WriteProperties properties) {
        ConnectionProvider connections =
                ConnectionProvider.builder("writes")
                        .maxConnections(2 * properties.concurrencyMax())
                        // Shorter than a Tomcat keeps idle connections, so that we close first.
                        .maxIdleTime(Duration.ofSeconds(15))
                        .maxLifeTime(Duration.ofMinutes(5))
                        .build();
        return HttpClient.create(connections)
                // Reactor Netty's own second attempt could write twice.
                .disableRetry(true)
                .httpResponseDecoder(decoder -> decoder.maxHeaderSize(HEAD_BYTES_MAX))
                .option(
                        ChannelOption.CONNECT_TIMEOUT_MILLIS,
                        (int) origin.connectTimeout().toMillis());
    }
}

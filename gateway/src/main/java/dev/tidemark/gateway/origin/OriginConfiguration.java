package dev.tidemark.gateway.origin;

import dev.tidemark.gateway.compression.Compressor;
import dev.tidemark.gateway.resilience.Balanced;
import dev.tidemark.gateway.resilience.Balancer;
import dev.tidemark.gateway.resilience.Breakers;
import dev.tidemark.gateway.resilience.ConcurrencyLimit;
import dev.tidemark.gateway.resilience.Instances;
import dev.tidemark.gateway.resilience.NameRefresh;
import dev.tidemark.gateway.time.MonotonicClock;
import dev.tidemark.gateway.trace.TraceContext;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.ChannelOption;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.scheduler.Schedulers;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

/** Wires the origin. */
@Configuration(proxyBeanMethods = false)
class OriginConfiguration {

    /** How the origin is called. The order is behaviour: change it here and nowhere else. */
    @Bean
    Origin origin(
            OriginProperties properties,
            Breakers breakers,
            NameRefresh names,
            MonotonicClock clock,
            TraceContext trace,
            Compressor compressor,
            MeterRegistry meters) {
        HttpClient http = http(properties);
        Instances<Balanced<Origin>> instances =
                new Instances<>(
                        properties.serviceAddresses(),
                        address -> new Balanced<>(instance(address, http, breakers, clock, trace)),
                        Instances.Resolver.JDK);
        names.keepFresh(instances);
        ConcurrencyLimit limit =
                new ConcurrencyLimit(properties.concurrencyMax(), properties.waitingMax());
        meter(limit, meters);

        Origin origin =
                new BalancedOrigin(
                        new Balancer<>("origin", instances, clock, Schedulers.parallel(), meters));
        origin = new TimelyOrigin(origin, clock);
        origin = new LimitedOrigin(origin, limit); // saves work; the hard bound is the origin's own
        origin = new AnsweringOrigin(origin);
        origin = new MeteredOrigin(origin, meters, clock);
        return new PackingOrigin(origin, compressor);
    }

    private static Origin instance(
            InetSocketAddress address,
            HttpClient http,
            Breakers breakers,
            MonotonicClock clock,
            TraceContext trace) {
        Origin instance =
                new HttpOrigin(
                        http.remoteAddress(() -> address), clock, Schedulers.parallel(), trace);
        return new CircuitBreakingOrigin(instance, breakers.breaker("origin", address));
    }

    /** No bean: Spring Cloud Gateway would take it for its own. */
    private static HttpClient http(OriginProperties properties) {
        ConnectionProvider connections =
                ConnectionProvider.builder("origin")
                        // Streams keep theirs while the limit has let others in.
                        .maxConnections(4 * properties.concurrencyMax())
                        // Shorter than a Tomcat keeps idle connections, so that we close first.
                        .maxIdleTime(Duration.ofSeconds(15))
                        .maxLifeTime(Duration.ofMinutes(5))
                        .build();
        return HttpClient.create(connections)
                .option(
                        ChannelOption.CONNECT_TIMEOUT_MILLIS,
                        (int) properties.connectTimeout().toMillis());
    }

    private static void meter(ConcurrencyLimit limit, MeterRegistry meters) {
        Gauge.builder("tidemark.origin.running", limit, ConcurrencyLimit::running)
                .description("Fetches under way")
                .register(meters);
        Gauge.builder("tidemark.origin.waiting", limit, ConcurrencyLimit::waiting)
                .description("Fetches that wait for their turn")
                .register(meters);
    }
}

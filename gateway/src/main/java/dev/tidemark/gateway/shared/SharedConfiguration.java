package dev.tidemark.gateway.shared;

import dev.tidemark.gateway.compression.Compressor;
import dev.tidemark.gateway.hot.HotReads;
import dev.tidemark.gateway.resilience.Breakers;
import dev.tidemark.gateway.resilience.ConcurrencyLimit;
import dev.tidemark.gateway.resilience.Instances;
import dev.tidemark.gateway.resilience.NameRefresh;
import dev.tidemark.gateway.trace.TraceContext;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.ChannelOption;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.scheduler.Schedulers;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

/** Wires the shared cache. */
@Configuration(proxyBeanMethods = false)
class SharedConfiguration {

    /** How the shared cache is called. The order is behaviour: change it here and nowhere else. */
    @Bean
    SharedCache sharedCache(
            SharedProperties properties,
            Breakers breakers,
            NameRefresh names,
            TraceContext trace,
            HotReads hot,
            Compressor compressor,
            MeterRegistry meters) {
        if (properties.addresses().isEmpty()) {
            return new NoSharedCache();
        }
        HttpClient http = http(properties);
        Instances<SharedCache> instances =
                new Instances<>(
                        properties.serviceAddresses(),
                        address -> instance(address, http, properties, breakers, trace, hot),
                        Instances.Resolver.JDK);
        names.keepFresh(instances);

        SharedCache shared = new BalancedSharedCache(instances);
        shared = new VerifiedSharedCache(shared, compressor, meters);
        ConcurrencyLimit fillLimit = new ConcurrencyLimit(properties.fillsMax(), 0);
        return new DispensableSharedCache(shared, fillLimit, meters);
    }

    private static SharedCache instance(
            InetSocketAddress address,
            HttpClient http,
            SharedProperties properties,
            Breakers breakers,
            TraceContext trace,
            HotReads hot) {
        SharedCache instance =
                new HttpSharedCache(
                        http.remoteAddress(() -> address),
                        properties.batchesMax(),
                        properties.fillTimeout(),
                        Schedulers.parallel(),
                        trace,
                        hot::hear);
        return new CircuitBreakingSharedCache(instance, breakers.breaker("cache", address));
    }

    /** No bean: Spring Cloud Gateway would take it for its own. */
    private static HttpClient http(SharedProperties properties) {
        ConnectionProvider connections =
                ConnectionProvider.builder("cache")
                        .maxConnections(properties.batchesMax() + 2 * properties.fillsMax())
                        // Shorter than a Tomcat keeps idle connections, so that we close first.
                        .maxIdleTime(Duration.ofSeconds(15))
                        .maxLifeTime(Duration.ofMinutes(5))
                        .build();
        return HttpClient.create(connections)
                .option(
                        ChannelOption.CONNECT_TIMEOUT_MILLIS,
                        (int) properties.connectTimeout().toMillis());
    }
}

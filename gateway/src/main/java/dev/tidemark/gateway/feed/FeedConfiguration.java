package dev.tidemark.gateway.feed;

import dev.tidemark.common.log.Completeness;
import dev.tidemark.gateway.resilience.ConcurrencyLimit;
import dev.tidemark.gateway.resilience.Instances;
import dev.tidemark.gateway.resilience.NameRefresh;
import dev.tidemark.gateway.shared.SharedProperties;
import dev.tidemark.gateway.time.MonotonicClock;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.netty.channel.ChannelOption;
import java.time.Duration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

/** Wires the feed. */
@Configuration(proxyBeanMethods = false)
class FeedConfiguration {

    /** The stream, one question, and what is left of the connection before. */
    private static final int CONNECTIONS_MAX = 4;

    /** Beyond it, the log is sooner. */
    private static final int PUSHES_WAITING_MAX = 64;

    @Bean(destroyMethod = "dispose")
    Scheduler feedScheduler() {
        return Schedulers.newSingle("feed", true);
    }

    @Bean
    FeedReader feedReader(
            SharedProperties shared,
            FeedProperties properties,
            Follower follower,
            NameRefresh names,
            MonotonicClock clock,
            Scheduler feedScheduler) {
        HttpClient http = http(shared);
        Instances<Feed> instances =
                new Instances<>(
                        shared.serviceAddresses(),
                        address -> new HttpFeed(http.remoteAddress(() -> address)),
                        Instances.Resolver.JDK);
        FeedReader reader = new FeedReader(instances, follower, properties, clock, feedScheduler);
        if (!shared.addresses().isEmpty()) {
            names.keepFresh(instances);
            reader.start();
        }
        return reader;
    }

    @Bean
    AdvisoryPush advisoryPush(SharedProperties shared, NameRefresh names) {
        HttpClient http = http(shared);
        Instances<HttpClient> instances =
                new Instances<>(
                        shared.serviceAddresses(),
                        address -> http.remoteAddress(() -> address),
                        Instances.Resolver.JDK);
        if (!shared.addresses().isEmpty()) {
            names.keepFresh(instances);
        }
        return new AdvisoryPush(
                instances, new ConcurrencyLimit(CONNECTIONS_MAX, PUSHES_WAITING_MAX));
    }

    @Bean
    HeartbeatDemand heartbeatDemand(SharedProperties shared, NameRefresh names) {
        if (shared.addresses().isEmpty()) {
            return HeartbeatDemand.by(Mono.empty());
        }
        HttpClient http = http(shared);
        Instances<HttpClient> instances =
                new Instances<>(
                        shared.serviceAddresses(),
                        address -> http.remoteAddress(() -> address),
                        Instances.Resolver.JDK);
        names.keepFresh(instances);
        return new HeartbeatDemand(instances);
    }

    /** No bean: Spring Cloud Gateway would take it for its own. */
    private static HttpClient http(SharedProperties properties) {
        ConnectionProvider connections =
                ConnectionProvider.builder("feed")
                        .maxConnections(CONNECTIONS_MAX)
                        // Shorter than a Tomcat keeps idle connections, so that we close first.
                        .maxIdleTime(Duration.ofSeconds(15))
                        .build();
        return HttpClient.create(connections)
                .option(
                        ChannelOption.CONNECT_TIMEOUT_MILLIS,
                        (int) properties.connectTimeout().toMillis());
    }

    @Bean
    MeterBinder feedMeters(Follower follower, FeedReader reader) {
        return registry -> {
            Gauge.builder("tidemark.staleness", follower, FeedConfiguration::seconds)
                    .description("How stale this node is at most; not a number while unknown")
                    .baseUnit("seconds")
                    .register(registry);
            Gauge.builder("tidemark.follower.open", follower, f -> f.isOpen() ? 1 : 0)
                    .description("Whether anything that is followed can be valid")
                    .register(registry);
            FunctionCounter.builder("tidemark.feed.reconnects", reader, FeedReader::reconnects)
                    .description("How often the feed was begun again")
                    .register(registry);
        };
    }

    private static double seconds(Follower follower) {
        Duration staleness = follower.staleness();
        return staleness.equals(Completeness.UNKNOWN) ? Double.NaN : staleness.toNanos() / 1e9;
    }
}

package dev.tidemark.cache.redis;

import dev.tidemark.cache.entry.EntryStore;
import dev.tidemark.cache.fill.LeaseLength;
import dev.tidemark.cache.fill.LeaseProperties;
import dev.tidemark.cache.invalidation.InvalidationLog;
import dev.tidemark.cache.invalidation.LogProperties;
import dev.tidemark.cache.invalidation.SnapshotStore;
import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.ClusterTopologyRefreshOptions;
import io.lettuce.core.metrics.MicrometerCommandLatencyRecorder;
import io.lettuce.core.metrics.MicrometerOptions;
import io.lettuce.core.resource.Delay;
import io.lettuce.core.tracing.MicrometerTracing;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.data.redis.autoconfigure.ClientResourcesBuilderCustomizer;
import org.springframework.boot.data.redis.autoconfigure.DataRedisConnectionDetails;
import org.springframework.boot.data.redis.autoconfigure.LettuceClientConfigurationBuilderCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/** How the Redis Cluster is reached. */
@Configuration(proxyBeanMethods = false)
class RedisConfiguration {

    @Bean
    DataRedisConnectionDetails cluster(RedisProperties properties) {
        return new ConfiguredCluster(properties);
    }

    @Bean
    LettuceClientConfigurationBuilderCustomizer clusterClient(
            RedisProperties properties, LogKeys log) {
        return client ->
                client.commandTimeout(properties.commandTimeout())
                        .clientOptions(clientOptions(properties, log));
    }

    static ClusterClientOptions clientOptions(RedisProperties properties, LogKeys log) {
        // A connection whose peer has gone without a word is dead after about as long as it takes
        // Redis to promote a replica; by default it would be a quarter of an hour.
        Duration silenceMax = Duration.ofSeconds(2);
        return ClusterClientOptions.builder()
                .topologyRefreshOptions(
                        ClusterTopologyRefreshOptions.builder()
                                .enablePeriodicRefresh(properties.topologyRefreshPeriod())
                                // Every sign of a change triggers a refresh, at most this often.
                                .adaptiveRefreshTriggersTimeout(properties.reconnectDelayMax())
                                .refreshTriggersReconnectAttempts(1)
                                .build())
                // A node that was promoted or added since the last refresh may be redirected to.
                .validateClusterNodeMembership(false)
                .disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS)
                .requestQueueSize(properties.requestQueueMax())
                .timeoutOptions(
                        TimeoutOptions.builder()
                                .timeoutSource(
                                        new CommandTimeouts(properties.commandTimeout(), log))
                                .build())
                .socketOptions(
                        SocketOptions.builder()
                                .connectTimeout(properties.connectTimeout())
                                .tcpNoDelay(true)
                                .tcpUserTimeout(
                                        SocketOptions.TcpUserTimeoutOptions.builder()
                                                .enable()
                                                .tcpUserTimeout(silenceMax)
                                                .build())
                                .keepAlive(
                                        SocketOptions.KeepAliveOptions.builder()
                                                .enable()
                                                .idle(Duration.ofSeconds(5))
                                                .interval(Duration.ofSeconds(1))
                                                .count(3)
                                                .build())
                                .build())
                .build();
    }

    @Bean
    ClientResourcesBuilderCustomizer clientResources(
            RedisProperties properties, MeterRegistry meters) {
        return resources ->
                resources
                        // Lettuce's own goes up to 30 s, and look-ups fail for as long.
                        .reconnectDelay(
                                Delay.exponential(
                                        Duration.ofMillis(10),
                                        properties.reconnectDelayMax(),
                                        2,
                                        TimeUnit.MILLISECONDS))
                        .nettyCustomizer(new FlushConsolidation())
                        .commandLatencyRecorder(
                                new MicrometerCommandLatencyRecorder(
                                        meters,
                                        MicrometerOptions.builder()
                                                .targetPercentiles(new double[0])
                                                .build()));
    }

    /** Makes each command a part of the trace of the request that sends it, if any is exported. */
    @Bean
    ClientResourcesBuilderCustomizer commandSpans(
            ObservationRegistry observations,
            @Value("${management.opentelemetry.tracing.export.otlp.endpoint:}") String collector) {
        return resources -> {
            if (!collector.isBlank()) {
                resources.tracing(new MicrometerTracing(observations, "redis"));
            }
        };
    }

    @Bean
    ClusterConnection clusterConnection(
            LettuceConnectionFactory factory, RedisProperties properties) {
        return new ClusterConnection(factory, properties.reconnectDelayMax());
    }

    /** For reads of the log, which block. */
    @Bean(defaultCandidate = false)
    @Qualifier("blocking")
    ClusterConnection blockingConnection(
            LettuceConnectionFactory factory, RedisProperties properties) {
        return new ClusterConnection(factory, properties.reconnectDelayMax());
    }

    @Bean
    LogKeys logKeys(LogProperties properties) {
        return new LogKeys(properties.name());
    }

    @Bean
    InvalidationLog invalidationLog(
            ClusterConnection connection,
            @Qualifier("blocking") ClusterConnection blocking,
            LogKeys keys,
            LogProperties properties,
            FullNodes fullNodes,
            MeterRegistry meters) {
        ReplicaAcks acks = new ReplicaAcks(properties.replicaPatience(), System::nanoTime);
        Gauge.builder("tidemark.log.unreplicated", acks, a -> a.isUnreplicated() ? 1 : 0)
                .description("Whether the log's shard of Redis has no replica")
                .strongReference(true)
                .register(meters);
        return new RedisInvalidationLog(connection, blocking, keys, acks, fullNodes);
    }

    @Bean
    SnapshotStore snapshotStore(ClusterConnection connection, LogKeys keys) {
        return new RedisSnapshotStore(
                connection, keys, () -> ThreadLocalRandom.current().nextLong());
    }

    @Bean
    FullNodes fullNodes(MeterRegistry meters) {
        return new FullNodes(meters, System::nanoTime);
    }

    @Bean
    Deadlines deadlines() {
        return new Deadlines();
    }

    @Bean
    EntryStore entryStore(
            ClusterConnection connection,
            Deadlines deadlines,
            LeaseProperties leases,
            LeaseLength leaseLength,
            RedisProperties properties,
            FullNodes fullNodes) {
        return new RedisEntryStore(
                connection,
                deadlines,
                leases,
                leaseLength,
                properties.commandTimeout(),
                () -> ThreadLocalRandom.current().nextLong(),
                fullNodes);
    }

    /** In Kubernetes' sense: whether look-ups make sense at all. */
    @Bean
    ClusterHealth redisClusterHealthIndicator(
            ClusterConnection connection, RedisProperties properties) {
        return new ClusterHealth(connection, properties.commandTimeout());
    }
}

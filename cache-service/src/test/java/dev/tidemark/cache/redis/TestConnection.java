package dev.tidemark.cache.redis;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.springframework.data.redis.connection.RedisClusterConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/** A connection to a cluster, made without Spring Boot. */
record TestConnection(LettuceConnectionFactory factory, ClusterConnection cluster)
        implements AutoCloseable {

    static TestConnection open(List<String> nodes) {
        RedisProperties properties =
                new RedisProperties(
                        nodes,
                        null,
                        null,
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(1),
                        Duration.ofMillis(100),
                        Duration.ofSeconds(2),
                        10_000);
        var factory =
                new LettuceConnectionFactory(
                        new RedisClusterConfiguration(nodes),
                        LettuceClientConfiguration.builder()
                                .clientOptions(
                                        RedisConfiguration.clientOptions(
                                                properties, new LogKeys("log")))
                                .commandTimeout(properties.commandTimeout())
                                .build());
        factory.afterPropertiesSet();
        factory.start();
        var cluster = new ClusterConnection(factory, Duration.ofMillis(50));
        cluster.start();
        Awaitility.await().until(() -> cluster.get().isPresent());
        return new TestConnection(factory, cluster);
    }

    static FullNodes fullNodes() {
        return new FullNodes(new SimpleMeterRegistry(), System::nanoTime);
    }

    @Override
    public void close() {
        cluster.stop();
        factory.destroy();
    }
}

package dev.tidemark.cache.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class RedisPropertiesTest {

    @Test
    void defaults_areThese() {
        assertThat(bind(Map.of("tidemark.redis.nodes", "a:1")))
                .isEqualTo(
                        new RedisProperties(
                                List.of("a:1"),
                                null,
                                null,
                                Duration.ofMillis(250),
                                Duration.ofMillis(500),
                                Duration.ofMillis(500),
                                Duration.ofSeconds(30),
                                10_000));
    }

    @Test
    void everyProperty_isRead() {
        assertThat(
                        bind(
                                Map.of(
                                        "tidemark.redis.nodes", "a:1, [::1]:2",
                                        "tidemark.redis.username", "tidemark",
                                        "tidemark.redis.password-file", "/p",
                                        "tidemark.redis.command-timeout", "1s",
                                        "tidemark.redis.connect-timeout", "2s",
                                        "tidemark.redis.reconnect-delay-max", "3s",
                                        "tidemark.redis.topology-refresh-period", "4s",
                                        "tidemark.redis.request-queue-max", "5")))
                .isEqualTo(
                        new RedisProperties(
                                List.of("a:1", "[::1]:2"),
                                "tidemark",
                                Path.of("/p"),
                                Duration.ofSeconds(1),
                                Duration.ofSeconds(2),
                                Duration.ofSeconds(3),
                                Duration.ofSeconds(4),
                                5));
    }

    @ParameterizedTest
    @CsvSource({
        "nodes, '', at least one node",
        "nodes, redis, host:port",
        "nodes, redis:, host:port",
        "nodes, :6379, host:port",
        "nodes, redis:0, host:port",
        "nodes, redis:65536, host:port",
        "command-timeout, 0s, command-timeout must be positive",
        "connect-timeout, 0s, connect-timeout must be positive",
        "reconnect-delay-max, -1s, reconnect-delay-max must be positive",
        "topology-refresh-period, 0s, topology-refresh-period must be positive",
        "request-queue-max, 0, request-queue-max must be positive",
    })
    void whatMakesNoSense_isRefused(String name, String value, String message) {
        Map<String, String> properties =
                name.equals("nodes")
                        ? Map.of("tidemark.redis.nodes", value)
                        : Map.of("tidemark.redis.nodes", "a:1", "tidemark.redis." + name, value);
        assertThatThrownBy(() -> bind(properties)).rootCause().hasMessageContaining(message);
    }

    @Test
    void nodes_mustBeGiven() {
        assertThatThrownBy(() -> bind(Map.of("tidemark.redis.username", "x")))
                .rootCause()
                .hasMessageContaining("at least one node");
    }

    @Test
    void password_isTheFirstLineOfItsFile(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("password"), "s p:@\nnot this\n");
        ConfiguredCluster cluster =
                new ConfiguredCluster(
                        bind(
                                Map.of(
                                        "tidemark.redis.nodes",
                                        "a:1,[::1]:2",
                                        "tidemark.redis.password-file",
                                        file.toString())));
        assertThat(cluster.getPassword()).isEqualTo("s p:@");
        assertThat(cluster.getCluster().getNodes())
                .extracting(node -> node.host() + " " + node.port())
                .containsExactly("a 1", "::1 2");
    }

    private static RedisProperties bind(Map<String, String> properties) {
        return new Binder(new MapConfigurationPropertySource(properties))
                .bindOrCreate("tidemark.redis", RedisProperties.class);
    }
}

package dev.tidemark.cache.redis;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.data.redis.autoconfigure.DataRedisConnectionDetails;

/** Tells Spring Boot where the cluster of {@link RedisProperties} is and how to log in. */
final class ConfiguredCluster implements DataRedisConnectionDetails {

    private final List<Node> nodes;
    private final @Nullable String username;
    private final @Nullable String password;

    ConfiguredCluster(RedisProperties properties) {
        this.nodes = properties.nodes().stream().map(ConfiguredCluster::node).toList();
        this.username = properties.username();
        Path file = properties.passwordFile();
        this.password = file == null ? null : firstLine(file);
    }

    @Override
    public @Nullable String getUsername() {
        return username;
    }

    @Override
    public @Nullable String getPassword() {
        return password;
    }

    @Override
    public Cluster getCluster() {
        return () -> nodes;
    }

    private static Node node(String address) {
        int colon = address.lastIndexOf(':');
        String host = address.substring(0, colon);
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        return new Node(
                bracketed ? host.substring(1, host.length() - 1) : host,
                Integer.parseInt(address.substring(colon + 1)));
    }

    private static String firstLine(Path file) {
        try (var lines = Files.lines(file)) {
            return lines.findFirst()
                    .orElseThrow(() -> new IllegalStateException(file + " should hold a password"));
        } catch (IOException e) {
            throw new IllegalStateException("The password file " + file + " cannot be read", e);
        }
    }
}

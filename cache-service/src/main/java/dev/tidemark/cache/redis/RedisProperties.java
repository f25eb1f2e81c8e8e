package dev.tidemark.cache.redis;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where the Redis Cluster is, and how patient to be with it.
 *
 * @param nodes some of its nodes as {@code host:port}; the others are learnt from them
 * @param username for an ACL; null for the default user
 * @param passwordFile its first line is the password; null for none
 * @param commandTimeout after which a look-up is unavailable and a fill has failed
 * @param connectTimeout for a connection to a node
 * @param reconnectDelayMax between two attempts to reach a node that is away
 * @param topologyRefreshPeriod how often to ask who serves which slots where nothing says that it
 *     has changed: a redirection, a lost connection or an unanswered command says so
 * @param requestQueueMax commands that may wait for one node before more are refused at once
 */
@ConfigurationProperties("tidemark.redis")
public record RedisProperties(
        @DefaultValue List<String> nodes,
        @Nullable String username,
        @Nullable Path passwordFile,
        @DefaultValue("250ms") Duration commandTimeout,
        @DefaultValue("500ms") Duration connectTimeout,
        @DefaultValue("500ms") Duration reconnectDelayMax,
        @DefaultValue("30s") Duration topologyRefreshPeriod,
        @DefaultValue("10000") int requestQueueMax) {

    public RedisProperties {
        nodes = nodes.stream().map(String::strip).toList();
        require(!nodes.isEmpty(), "nodes must name at least one node of the cluster");
        nodes.forEach(RedisProperties::requireAddress);
        requirePositive("command-timeout", commandTimeout);
        requirePositive("connect-timeout", connectTimeout);
        requirePositive("reconnect-delay-max", reconnectDelayMax);
        requirePositive("topology-refresh-period", topologyRefreshPeriod);
        require(requestQueueMax > 0, "request-queue-max must be positive");
    }

    private static void requireAddress(String address) {
        int colon = address.lastIndexOf(':');
        boolean valid = colon > 0;
        try {
            int port = valid ? Integer.parseInt(address.substring(colon + 1)) : 0;
            valid = port > 0 && port < 65_536;
        } catch (NumberFormatException e) {
            valid = false;
        }
        require(valid, "nodes must be given as host:port, not " + address);
    }

    private static void requirePositive(String name, Duration value) {
        require(value.isPositive(), name + " must be positive");
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException("tidemark.redis." + message);
        }
    }
}

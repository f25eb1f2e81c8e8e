package dev.tidemark.cache.redis;

import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * Whether look-ups can be answered: at least one master says that the cluster works. A shard that
 * is away does not make the service unfit, since the other shards are still worth asking.
 *
 * <p>Answers within the command timeout, whatever Redis does.
 */
final class ClusterHealth implements HealthIndicator {

    private static final Logger log = LoggerFactory.getLogger(ClusterHealth.class);

    private final ClusterConnection connection;
    private final Duration timeout;

    /** Only changes are logged: Lettuce would repeat itself all through an outage. */
    private final AtomicReference<String> lastState = new AtomicReference<>("");

    ClusterHealth(ClusterConnection connection, Duration timeout) {
        this.connection = connection;
        this.timeout = timeout;
    }

    @Override
    public Health health() {
        return connection
                .get()
                .map(this::health)
                .orElseGet(() -> Health.down().withDetail("reason", "not yet connected").build());
    }

    private Health health(StatefulRedisClusterConnection<byte[], byte[]> connected) {
        List<CompletableFuture<Boolean>> answers =
                connected.getPartitions().stream()
                        .filter(node -> node.is(RedisClusterNode.NodeFlag.UPSTREAM))
                        .map(master -> answers(connected, master))
                        .toList();
        long answering = answers.stream().filter(CompletableFuture::join).count();
        String state = "%d of %d masters answer".formatted(answering, answers.size());
        if (!state.equals(lastState.getAndSet(state))) {
            log.atLevel(answering < answers.size() ? Level.WARN : Level.INFO)
                    .log("Of the Redis Cluster, {}", state);
        }
        return (answering > 0 ? Health.up() : Health.down())
                .withDetail("masters", answers.size())
                .withDetail("answering", answering)
                .build();
    }

    private CompletableFuture<Boolean> answers(
            StatefulRedisClusterConnection<byte[], byte[]> connected, RedisClusterNode master) {
        // By address, not by id: these are the connections that look-ups use.
        return connected
                .getConnectionAsync(master.getUri().getHost(), master.getUri().getPort())
                .thenCompose(node -> node.async().clusterInfo())
                .thenApply(info -> info.contains("cluster_state:ok"))
                .completeOnTimeout(false, timeout.toNanos(), TimeUnit.NANOSECONDS)
                .exceptionally(_ -> false);
    }
}

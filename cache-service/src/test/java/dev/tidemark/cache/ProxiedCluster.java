package dev.tidemark.cache;

import static java.util.Objects.requireNonNull;
import static org.awaitility.Awaitility.await;

import dev.tidemark.quickstart.redis.RedisCluster;
import dev.tidemark.quickstart.redis.RedisNode;
import dev.tidemark.quickstart.redis.RedisOptions;
import dev.tidemark.testing.FaultProxy;
import io.lettuce.core.MigrateArgs;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.cluster.models.partitions.ClusterPartitionParser;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.Delay;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A Redis Cluster of a test's own, with what an operator does to it. One master, that of the log,
 * announces a {@link FaultProxy} as its address, so that clients go through it; the nodes among
 * themselves do not.
 */
final class ProxiedCluster implements AutoCloseable {

    private static final Duration RECONNECT_DELAY = Duration.ofMillis(100);

    static final int LOG_SLOT = SlotHash.getSlot("tm:{log}:records");

    private final RedisCluster redis = RedisCluster.start(RedisOptions.defaults());
    private final ClientResources resources =
            ClientResources.builder().reconnectDelay(Delay.constant(RECONNECT_DELAY)).build();
    private final RedisClient client = RedisClient.create(resources);
    private final Map<RedisNode, RedisCommands<String, String>> commands = new LinkedHashMap<>();
    private final Map<String, RedisNode> nodesById = new LinkedHashMap<>();
    private final RedisNode proxied;
    private final FaultProxy proxy;

    ProxiedCluster() {
        for (RedisNode node : redis.nodes()) {
            RedisURI uri = RedisURI.create(node.host(), node.port());
            RedisCommands<String, String> own = client.connect(uri).sync();
            commands.put(node, own);
            nodesById.put(own.clusterMyId(), node);
        }
        proxied = masterOf(LOG_SLOT);
        proxy = FaultProxy.before(proxied.port());
        String announced = Integer.toString(proxy.port());
        at(proxied).configSet("cluster-announce-port", announced);
        await().until(() ->
                commands.values().stream()
                        .allMatch(node -> node.clusterNodes().contains(":" + announced + "@")));
    }

    /** What clients are told; none of them past the proxy. */
    String nodeList() {
        List<String> addresses = new ArrayList<>();
        for (RedisNode node : redis.nodes()) {
            addresses.add(node == proxied ? node.host() + ":" + proxy.port() : node.address());
        }
        return String.join(",", addresses);
    }

    FaultProxy proxy() {
        return proxy;
    }

    /** The master behind the proxy. */
    RedisNode proxied() {
        return proxied;
    }

    List<RedisNode> nodes() {
        return redis.nodes();
    }

    RedisNode masterOf(int slot) {
        return requireNonNull(nodesById.get(partition(slot).getNodeId()));
    }

    private RedisClusterNode partition(int slot) {
        RedisNode living =
                redis.nodes().stream()
                        .filter(node -> node.process().isAlive())
                        .findFirst()
                        .orElseThrow();
        return ClusterPartitionParser.parse(at(living).clusterNodes()).getMasterBySlot(slot);
    }

    RedisNode replicaOf(RedisNode master) {
        String id = at(master).clusterMyId();
        return ClusterPartitionParser.parse(at(master).clusterNodes()).stream()
                .filter(node -> id.equals(node.getSlaveOf()))
                .map(node -> nodesById.get(node.getNodeId()))
                .findFirst()
                .orElseThrow();
    }

    /** Speaks to one node itself. */
    RedisCommands<String, String> at(RedisNode node) {
        return requireNonNull(commands.get(node));
    }

    void configure(Collection<RedisNode> nodes, String parameter, String value) {
        nodes.forEach(node -> at(node).configSet(parameter, value));
    }

    void kill(RedisNode node) {
        redis.kill(node);
    }

    void restart(RedisNode node) {
        redis.restart(node);
    }

    void awaitSettled() {
        redis.awaitSettled();
    }

    /** From now on a slot may have keys at both: the first of the steps of a resharding. */
    void beginMove(int slot, RedisNode from, RedisNode to) {
        at(to).clusterSetSlotImporting(slot, at(from).clusterMyId());
        at(from).clusterSetSlotMigrating(slot, at(to).clusterMyId());
    }

    /** Moves up to so many keys of a slot. */
    void moveKeys(int slot, RedisNode from, RedisNode to, int keysMax) {
        List<String> keys = at(from).clusterGetKeysInSlot(slot, keysMax);
        if (!keys.isEmpty()) {
            at(from).migrate(to.host(), to.port(), 0, 5_000, MigrateArgs.Builder.keys(keys));
        }
    }

    /** The last step: tells first who has it now, as Redis's own tools do. */
    void endMove(int slot, RedisNode to) {
        String id = at(to).clusterMyId();
        at(to).clusterSetSlotNode(slot, id);
        for (RedisNode node : redis.nodes()) {
            if (node != to && node.isMaster()) {
                at(node).clusterSetSlotNode(slot, id);
            }
        }
    }

    @Override
    public void close() {
        client.shutdown();
        var _ = resources.shutdown();
        proxy.close();
        redis.close();
    }
}

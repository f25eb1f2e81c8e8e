package dev.tidemark.quickstart.redis;

import dev.tidemark.quickstart.process.Await;
import dev.tidemark.quickstart.process.Guard;
import dev.tidemark.quickstart.process.Platform;
import dev.tidemark.quickstart.process.ProgramCache;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A running embedded Redis Cluster: three masters, each with a replica, on the loopback interface.
 * Nothing is written to disk, and nothing is left when it closes.
 */
public final class RedisCluster implements AutoCloseable {
    private static final int MASTERS = 3;
    private static final int NODES = 2 * MASTERS;
    private static final int SLOTS = 16_384;
    private static final Duration SETTLE_TIMEOUT = Duration.ofSeconds(30);
    private static final String VERSION = "7.0.15";

    private final Path folder;
    private final List<RedisNode> nodes;
    private final @Nullable String password;

    private RedisCluster(Path folder, List<RedisNode> nodes, @Nullable String password) {
        this.folder = folder;
        this.nodes = List.copyOf(nodes);
        this.password = password;
    }

    /**
     * Starts a cluster and returns when every slot is served and every replica follows its master.
     */
    public static RedisCluster start(RedisOptions options) {
        Path given = options.program();
        Path program = given == null ? embeddedProgram() : given;
        Path folder = Guard.ofThisJvm().newFolder("redis");
        var nodes = new ArrayList<RedisNode>();
        try {
            for (int number = 1; number <= NODES; number++) {
                Path home = Files.createDirectory(folder.resolve("node-" + number));
                Path logs = options.logDirectory();
                Path log = (logs == null ? folder : logs).resolve("redis-" + number + ".log");
                nodes.add(RedisNode.launch(number, program, home, log, options));
            }
            nodes.forEach(RedisNode::awaitStart);
            var cluster = new RedisCluster(folder, nodes, options.password());
            cluster.join();
            return cluster;
        } catch (IOException | RuntimeException e) {
            nodes.forEach(RedisNode::kill);
            throw e instanceof RedisException known
                    ? known
                    : new RedisException("Redis Cluster did not start: " + e.getMessage(), e);
        }
    }

    /** The {@code redis-server} that comes with the suite. */
    public static Path embeddedProgram() {
        Platform platform = Platform.current();
        String name =
                "redis-server-%s-%s-%s".formatted(VERSION, platform.system(), platform.processor());
        return ProgramCache.ofThisUser().program(name, name);
    }

    private void join() throws IOException {
        // Ahead of any MEET: nodes that meet with equal epochs first have to resolve the conflict
        // among themselves.
        for (int i = 0; i < NODES; i++) {
            nodes.get(i).call("CLUSTER", "SET-CONFIG-EPOCH", Integer.toString(i + 1));
        }
        for (int i = 0; i < MASTERS; i++) {
            int first = i * SLOTS / MASTERS;
            int last = (i + 1) * SLOTS / MASTERS - 1;
            nodes.get(i)
                    .call(
                            "CLUSTER",
                            "ADDSLOTSRANGE",
                            Integer.toString(first),
                            Integer.toString(last));
        }
        RedisNode introducer = nodes.getFirst();
        for (RedisNode node : nodes.subList(1, NODES)) {
            introducer.call("CLUSTER", "MEET", node.host(), Integer.toString(node.port()));
        }
        for (int i = 0; i < MASTERS; i++) {
            replicate(nodes.get(MASTERS + i), nodes.get(i).call("CLUSTER", "MYID"));
        }
        awaitSettled();
    }

    private static void replicate(RedisNode replica, String masterId) {
        // A node can only follow a master that gossip has told it of.
        boolean follows =
                Await.until(
                        SETTLE_TIMEOUT,
                        () -> {
                            try {
                                return replica.call("CLUSTER", "REPLICATE", masterId).equals("OK");
                            } catch (IOException e) {
                                return false;
                            }
                        });
        if (!follows) {
            throw new RedisException("Redis node " + replica + " does not find its master");
        }
    }

    /** Waits until every living node sees all slots served and every replica follows its master. */
    public void awaitSettled() {
        List<RedisNode> living = nodes.stream().filter(node -> node.process().isAlive()).toList();
        if (!Await.until(
                SETTLE_TIMEOUT, () -> living.stream().allMatch(node -> node.isSettled(NODES)))) {
            throw new RedisException(
                    "Redis Cluster did not settle in " + SETTLE_TIMEOUT.toSeconds() + " s");
        }
    }

    /** The nodes; at first the first three are the masters. */
    public List<RedisNode> nodes() {
        return nodes;
    }

    /** {@code host:port} of each node. */
    public List<String> addresses() {
        return nodes.stream().map(RedisNode::address).toList();
    }

    /** What clients must say; null for none. */
    public @Nullable String password() {
        return password;
    }

    /** Ends a node as a crash does; its replica takes over after about the node timeout of 2 s. */
    public void kill(RedisNode node) {
        node.kill();
    }

    /**
     * Starts a node again, on its port and with its identity but without data, and returns when it
     * answers; see {@link #awaitSettled()}.
     */
    public void restart(RedisNode node) {
        node.restart();
    }

    /** Forgets every key of every node. */
    public void flushAllDangerously() {
        for (RedisNode node : nodes) {
            try {
                if (node.isMaster()) {
                    node.call("FLUSHALL");
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Override
    public void close() {
        nodes.forEach(RedisNode::stop);
        try {
            ProgramCache.delete(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return "Redis Cluster at " + String.join(",", addresses());
    }
}

package dev.tidemark.quickstart.redis;

import dev.tidemark.quickstart.process.Await;
import dev.tidemark.quickstart.process.ChildProcess;
import dev.tidemark.quickstart.process.Ports;
import dev.tidemark.quickstart.process.SecretFile;
import dev.tidemark.quickstart.process.StopSignal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** One node of an embedded Redis Cluster: its folder, port and process. */
public final class RedisNode {
    static final String HOST = "127.0.0.1";

    /** Where the cluster bus of a node listens, relative to its port: Redis's own convention. */
    static final int BUS_DISTANCE = 10_000;

    private static final Duration START_TIMEOUT = Duration.ofSeconds(20);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(5);
    private static final int PORT_ATTEMPTS = 5;

    private final int number;
    private final Path program;
    private final Path folder;
    private final Path log;
    private final RedisOptions options;
    private volatile int port;
    private volatile ChildProcess process;

    private RedisNode(int number, Path program, Path folder, Path log, RedisOptions options) {
        this.number = number;
        this.program = program;
        this.folder = folder;
        this.log = log;
        this.options = options;
        this.port = Ports.free(BUS_DISTANCE);
        this.process = launch();
    }

    /**
     * Starts a node on a free port and returns at once; {@link #awaitStart()} waits for it. It
     * belongs to no cluster yet.
     */
    static RedisNode launch(int number, Path program, Path folder, Path log, RedisOptions options) {
        return new RedisNode(number, program, folder, log, options);
    }

    /** Returns when this node answers, on another port if its own was taken meanwhile. */
    void awaitStart() {
        // Between the check and the bind another program can take the port.
        for (int attempt = 1; !awaitAnswer(); attempt++) {
            if (attempt == PORT_ATTEMPTS) {
                throw failure();
            }
            process.kill();
            port = Ports.free(BUS_DISTANCE);
            process = launch();
        }
    }

    private ChildProcess launch() {
        Path configuration = folder.resolve("redis.conf");
        try {
            Files.deleteIfExists(configuration);
            SecretFile.write(configuration, configuration());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return ChildProcess.start(
                "Redis node " + number,
                List.of(program.toString(), configuration.toString()),
                Map.of(),
                StopSignal.KILL,
                folder,
                log);
    }

    private String configuration() {
        String password = options.password();
        String common =
                """
                bind %s
                port %d
                dir %s
                daemonize no
                save ""
                appendonly no
                cluster-enabled yes
                cluster-config-file nodes.conf
                cluster-node-timeout 2000
                # The other shards go on while one fails over.
                cluster-require-full-coverage no
                repl-diskless-sync yes
                repl-diskless-sync-delay 0
                repl-diskless-load swapdb
                maxmemory %d
                maxmemory-policy volatile-lfu
                """
                        .formatted(HOST, port, quoted(folder.toString()), options.memoryBytesMax());
        return password == null
                ? common
                : common + "requirepass %1$s\nmasterauth %1$s\n".formatted(quoted(password));
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    /** Whether this very process answers: another Redis could sit on the port. */
    private boolean awaitAnswer() {
        Await.until(START_TIMEOUT, () -> !process.isAlive() || answers());
        return process.isAlive() && answers();
    }

    private boolean answers() {
        return processIdByInfo() == process.pid();
    }

    private long processIdByInfo() {
        try {
            return Long.parseLong(fields("INFO", "server").getOrDefault("process_id", "0"));
        } catch (IOException e) {
            return 0;
        }
    }

    private RedisException failure() {
        return new RedisException(
                "Redis node %d did not start: %s"
                        .formatted(number, String.join(" | ", process.logTail(3))));
    }

    /** Sends one command over a connection of its own. */
    String call(String... command) throws IOException {
        try (var connection = new RespConnection(HOST, port, options.password())) {
            return connection.call(command);
        }
    }

    /** The {@code name:value} lines of a reply. */
    Map<String, String> fields(String... command) throws IOException {
        return call(command)
                .lines()
                .filter(line -> line.contains(":"))
                .collect(
                        Collectors.toMap(
                                line -> line.substring(0, line.indexOf(':')),
                                line -> line.substring(line.indexOf(':') + 1),
                                (a, _) -> a));
    }

    public String host() {
        return HOST;
    }

    public int port() {
        return port;
    }

    /** {@code host:port}, as clients are configured with. */
    public String address() {
        return HOST + ":" + port;
    }

    /** The process, for its pid and log. */
    public ChildProcess process() {
        return process;
    }

    /** Whether the node is a master now; roles change with each failover. */
    public boolean isMaster() {
        try {
            return fields("INFO", "replication").getOrDefault("role", "").equals("master");
        } catch (IOException e) {
            return false;
        }
    }

    /** Whether this node sees the whole cluster working and, as a replica, follows its master. */
    boolean isSettled(int nodes) {
        try {
            Map<String, String> cluster = fields("CLUSTER", "INFO");
            Map<String, String> replication = fields("INFO", "replication");
            return "ok".equals(cluster.get("cluster_state"))
                    && Integer.toString(nodes).equals(cluster.get("cluster_known_nodes"))
                    && "16384".equals(cluster.get("cluster_slots_ok"))
                    && "up".equals(replication.getOrDefault("master_link_status", "up"));
        } catch (IOException e) {
            return false;
        }
    }

    void kill() {
        process.kill();
    }

    void restart() {
        process.kill();
        process = launch();
        if (!awaitAnswer()) {
            throw failure();
        }
    }

    void stop() {
        process.stop(STOP_TIMEOUT);
    }

    @Override
    public String toString() {
        return address();
    }
}

package dev.tidemark.testing;

import dev.tidemark.quickstart.process.Ports;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;

/**
 * Six nodes in one container of the official Redis image. Nodes tell clients each other's
 * addresses, and 127.0.0.1 with the same ports inside and outside is an address that is right for
 * both.
 */
final class ContainerRedisBackend implements RedisBackend {
    private static final DockerImageName IMAGE = DockerImageName.parse("redis:8");
    private static final String HOST = "127.0.0.1";
    private static final int NODES = 6;
    private static final int BUS_DISTANCE = 10_000;

    /**
     * Arguments are the ports. The replicas' links come up after the cluster is said to be
     * complete, so they are waited for one by one.
     */
    private static final String SCRIPT =
            """
            for port in "$@"; do
              mkdir -p "/tmp/$port"
              redis-server --dir "/tmp/$port" --port "$port" --daemonize yes --bind 0.0.0.0 --protected-mode no --save '' --appendonly no \
                --cluster-enabled yes --cluster-node-timeout 2000 --cluster-announce-ip 127.0.0.1 --repl-diskless-sync-delay 0 \
                --maxmemory 256mb --maxmemory-policy volatile-lfu
            done
            nodes=
            for port in "$@"; do
              nodes="$nodes 127.0.0.1:$port"
              until [ "$(redis-cli -p "$port" ping)" = PONG ]; do sleep 0.1; done
            done
            redis-cli --cluster create $nodes --cluster-replicas 1 --cluster-yes
            for port in "$@"; do
              until redis-cli -p "$port" cluster info | grep -q cluster_state:ok; do sleep 0.1; done
              until redis-cli -p "$port" info replication | grep -q -e role:master -e master_link_status:up; do sleep 0.1; done
            done
            echo all nodes are ready
            exec tail -f /dev/null
            """;

    private final List<Integer> ports;
    private final GenericContainer<?> container;

    ContainerRedisBackend() {
        ports = Stream.generate(() -> Ports.free(BUS_DISTANCE)).distinct().limit(NODES).toList();
        String[] command =
                Stream.concat(
                                Stream.of("sh", "-c", SCRIPT, "nodes"),
                                ports.stream().map(port -> Integer.toString(port)))
                        .toArray(String[]::new);
        container = new GenericContainer<>(IMAGE);
        container.setPortBindings(
                ports.stream()
                        .map(port -> "%s:%d:%d".formatted(HOST, port, port))
                        .collect(Collectors.toList()));
        container
                .withExposedPorts(ports.toArray(Integer[]::new))
                .withCommand(command)
                .waitingFor(
                        Wait.forLogMessage(".*all nodes are ready.*\\n", 1)
                                .withStartupTimeout(Duration.ofMinutes(2)));
        container.start();
    }

    @Override
    public List<String> nodes() {
        return ports.stream().map(port -> HOST + ":" + port).toList();
    }
}

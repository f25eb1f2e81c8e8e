package dev.tidemark.system.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tidemark.quickstart.process.ChildProcess;
import dev.tidemark.quickstart.process.Guard;
import dev.tidemark.quickstart.process.Ports;
import dev.tidemark.quickstart.process.ProgramCache;
import dev.tidemark.quickstart.process.StopSignal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The script that makes and heals the Redis Cluster in Kubernetes, with its configuration and its
 * users, among real nodes. Pods are addresses of the loopback network here: new ones are those of
 * another network.
 */
class CreateOrHealIT {

    private static final int NODES = 6;

    /** Of the embedded Redis Cluster: its server has every address that a test asks for. */
    private static final String SERVER = "redis-server-7.0.15-linux-amd64";

    private final List<ChildProcess> running = new ArrayList<>();
    private final Path folder = Guard.ofThisJvm().newFolder("redis");
    private final int port = Ports.free(10_000);

    @BeforeAll
    static void requirePrograms() {
        assumeTrue(
                System.getProperty("os.name").equals("Linux")
                        && System.getProperty("os.arch").equals("amd64"),
                "needs addresses of the loopback network, and a server for them");
        assumeTrue(
                Manifests.program("redis-cli").isPresent(),
                "redis-cli is not installed: Debian's package redis-tools has it");
    }

    @BeforeEach
    void prepare() throws IOException {
        for (Map<String, Object> secret : Manifests.createdSecrets()) {
            if (secret.get("stringData") instanceof Map<?, ?> values
                    && String.valueOf(secret.get("metadata")).contains("tidemark-redis")) {
                for (Map.Entry<?, ?> value : values.entrySet()) {
                    Files.writeString(
                            folder.resolve((String) value.getKey()), (String) value.getValue());
                }
            }
        }
        Files.writeString(
                folder.resolve("redis.conf"),
                Files.readString(Manifests.FOLDER.resolve("components/redis/redis.conf"))
                        .replace("/run/secrets/redis", folder.toString())
                        .replaceFirst("\nport .*", "\nport " + port)
                        .replaceFirst("\ndir .*", "")
                        .replaceFirst(
                                "\ncluster-config-file .*", "\ncluster-config-file nodes.conf"));
    }

    @AfterEach
    void stop() {
        running.forEach(ChildProcess::kill);
        running.clear();
    }

    private static String address(int network, int node) {
        return "127.0.%d.%d".formatted(network, node);
    }

    private void start(int network, int node) throws IOException {
        Path own = Files.createDirectories(folder.resolve("node-" + node));
        String address = address(network, node);
        running.add(
                ChildProcess.start(
                        "redis-" + node,
                        List.of(
                                ProgramCache.ofThisUser().program(SERVER, SERVER).toString(),
                                folder.resolve("redis.conf").toString(),
                                "--bind",
                                address,
                                "--bind-source-addr",
                                address,
                                "--cluster-announce-hostname",
                                "redis-" + node + ".example",
                                "--dir",
                                own.toString()),
                        Map.of(),
                        StopSignal.KILL,
                        own,
                        folder.resolve("node-" + node + ".log")));
    }

    private void startAll(int network) throws IOException {
        for (int node = 1; node <= NODES; node++) {
            start(network, node);
        }
    }

    /** Runs the script, which must succeed, and returns what it says. */
    private String heal(int network) throws Exception {
        return run(
                Map.of(
                        "REDIS_NODES",
                        IntStream.rangeClosed(1, NODES)
                                .mapToObj(node -> address(network, node))
                                .collect(Collectors.joining(" ")),
                        "REDIS_PORT",
                        Integer.toString(port),
                        "REDIS_USERNAME",
                        "admin",
                        "REDISCLI_AUTH_FILE",
                        folder.resolve("admin-password").toString()),
                "sh",
                Manifests.FOLDER.resolve("components/redis/create-or-heal.sh").toString());
    }

    private String ask(String user, String passwordFile, String address, String... words)
            throws Exception {
        List<String> command = new ArrayList<>();
        command.addAll(
                List.of("redis-cli", "--no-auth-warning", "--user", user, "-h", address, "-p"));
        command.add(Integer.toString(port));
        command.addAll(List.of(words));
        return run(
                Map.of("REDISCLI_AUTH", Files.readString(folder.resolve(passwordFile))),
                command.toArray(String[]::new));
    }

    private String run(Map<String, String> environment, String... command) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said;
    }

    /** Three masters with a replica each, all of which soon know each other and nobody else. */
    private void assertWell(int network) {
        for (int node = 1; node <= NODES; node++) {
            String address = address(network, node);
            await(address + " to know all")
                    .atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> {
                        List<String> nodes =
                                ask("admin", "admin-password", address, "CLUSTER", "NODES")
                                        .lines()
                                        .toList();
                        assertThat(nodes)
                                .hasSize(NODES)
                                .allMatch(line -> line.contains(" connected"));
                        assertThat(nodes).filteredOn(line -> line.contains("master -")).hasSize(3);
                    });
        }
    }

    @Test
    void nodes_becomeACluster_andOneAgainWhateverTheyLost() throws Exception {
        startAll(0);
        assertThat(heal(0)).contains("making a cluster of 6", "the cluster is well");
        assertThat(heal(0)).as("nothing to do").isEqualTo("the cluster is well\n");
        assertWell(0);

        stop();
        startAll(1);
        assertThat(heal(1))
                .as("all of them at new addresses")
                .contains("introducing 127.0.1.2", "the cluster is well");
        assertWell(1);

        ChildProcess master = running.removeFirst();
        master.kill();
        Files.delete(folder.resolve("node-1/nodes.conf"));
        start(1, 1);
        assertThat(heal(1))
                .as("a master that lost its disk")
                .contains("127.0.1.1 replicates", "the cluster is well");
        assertWell(1);
    }

    @Test
    void users_mayDoWhatTheyMust_andNoMore() throws Exception {
        start(0, 1);
        String node = address(0, 1);
        await().until(() ->
                Files.readString(folder.resolve("node-1.log")).contains("Ready to accept"));

        assertThat(ask("probe", "probe-password", node, "PING")).isEqualTo("PONG\n");
        assertThat(ask("probe", "probe-password", node, "GET", "a")).contains("NOPERM");
        for (List<String> allowed :
                List.of(
                        List.of("CLUSTER", "NODES"),
                        List.of("INFO", "replication"),
                        List.of("CLIENT", "SETNAME", "x"),
                        List.of("WAIT", "0", "1"),
                        List.of("SCRIPT", "LOAD", "return 1"))) {
            assertThat(tidemark(node, allowed)).as("%s", allowed).doesNotContain("NOPERM");
        }
        for (List<String> forbidden :
                List.of(
                        List.of("FLUSHALL"),
                        List.of("CONFIG", "GET", "*"),
                        List.of("KEYS", "*"),
                        List.of("ACL", "LIST"),
                        List.of("CLUSTER", "RESET"),
                        List.of("SHUTDOWN"))) {
            assertThat(tidemark(node, forbidden)).as("%s", forbidden).contains("NOPERM");
        }
        assertThat(run(Map.of(), "redis-cli", "-h", node, "-p", Integer.toString(port), "PING"))
                .contains("NOAUTH");
    }

    private String tidemark(String node, List<String> words) throws Exception {
        return ask("tidemark", "cache-service-password", node, words.toArray(String[]::new));
    }
}

package dev.tidemark.system.compose;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.system.RunningSuite;
import dev.tidemark.system.compose.ComposeFile.Mount;
import dev.tidemark.system.compose.ComposeFile.Service;
import dev.tidemark.system.connection.Connection;
import dev.tidemark.system.observe.Yaml;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What docker compose is told, without Docker: who may do what, and that all of it is there. */
class ComposeTest {

    private static final ComposeFile COMPOSE = ComposeFile.named("docker-compose.yml");
    private static final ComposeFile DATABASE = ComposeFile.named("docker-compose.database.yml");
    private static final ComposeFile TRACES = ComposeFile.named("docker-compose.traces.yml");

    private static final Set<String> OURS =
            Set.of("gateway", "cache-service", "data-retrieval-service");

    /** In whose images there is nothing that could ask. */
    private static final Set<String> WITHOUT_HEALTH = Set.of("redis-exporter", "postgres-exporter");

    /** A name in DNS, of one that is there six times. */
    private static final Pattern NODE = Pattern.compile("redis-\\d");

    static List<Service> services() {
        return List.copyOf(COMPOSE.services().values());
    }

    @ParameterizedTest
    @MethodSource("services")
    void service_mayDoNothingThatItNeedNot(Service service) {
        assertThat(service.fields())
                .containsEntry("read_only", true)
                .containsEntry("cap_drop", List.of("ALL"))
                .containsEntry("security_opt", List.of("no-new-privileges:true"))
                .containsKeys("mem_limit", "pids_limit", "logging", "user")
                .doesNotContainKeys("privileged", "pid", "ipc", "devices");
        if (!service.name().equals("secrets")) {
            assertThat(service.text("user")).matches("[1-9]\\d*:[1-9]\\d*");
            assertThat(service.fields()).doesNotContainKey("cap_add");
        } else {
            assertThat(service.text("network_mode")).isEqualTo("none");
        }
        assertThat(service.text("image"))
                .matches("[a-z0-9./_-]+:[a-z0-9.-]+")
                .doesNotContain("latest");
    }

    @Test
    void portsOfThisMachine_areNginxsAndGrafanas_onLoopbackUnlessAsked() {
        Map<String, List<String>> published = new TreeMap<>();
        for (Service service : services()) {
            if (service.fields().containsKey("ports")) {
                published.put(service.name(), service.list("ports"));
            }
            assertThat(service.text("network_mode")).isNotEqualTo("host");
        }
        assertThat(published)
                .isEqualTo(
                        Map.of(
                                "nginx",
                                List.of("${TIDEMARK_BIND:-127.0.0.1}:${TIDEMARK_PORT:-8443}:8443"),
                                "grafana",
                                List.of(
                                        "${TIDEMARK_BIND:-127.0.0.1}:${TIDEMARK_GRAFANA_PORT:-3000}:3000")));
    }

    @Test
    void secrets_areInFiles_andInNobodyElses() {
        for (Service service : services()) {
            service.environment()
                    .forEach((name, value) -> {
                        if (name.matches(".*(PASS|SECRET|KEY|AUTH).*")) {
                            assertThat(value).as(name).startsWith("/run/secrets/");
                        }
                        assertThat(value.replaceAll("\\$\\{\\w+:-(\\w*)}", "$1"))
                                .as(name)
                                .doesNotContainPattern("://[^@/]*:[^@/]*@")
                                .doesNotContainPattern("[0-9a-f]{32}");
                    });
        }
        Service maker = COMPOSE.service("secrets");
        for (Mount mount : maker.mounts()) {
            if (mount.source().startsWith("secrets-")) {
                String reader = mount.source().substring("secrets-".length());
                assertThat(mount.target()).isEqualTo("/secrets/" + reader);
                Set<String> readers = new TreeSet<>();
                for (Service service : services()) {
                    for (Mount other : service.mounts()) {
                        if (other.volume().equals(mount.source()) && !service.equals(maker)) {
                            assertThat(other.readOnly()).as(service.name()).isTrue();
                            readers.add(NODE.matcher(service.name()).replaceAll("redis"));
                        }
                    }
                }
                assertThat(readers).containsExactly(reader);
            }
        }
    }

    /**
     * Two that share a network have a connection in the docs, or are both clients of a store that
     * is there with them; and who has a connection shares a network.
     */
    @Test
    void networks_areThoseOfTheConnectionsInTheDocs() {
        Set<Connection> connections = new TreeSet<>(Connection.everywhere());
        connections.addAll(Connection.inCompose());
        Set<String> wanted = new TreeSet<>();
        for (Connection connection : connections) {
            if (!Set.of("clients", "people", "all").contains(connection.from())) {
                wanted.add(pair(connection.from(), connection.to()));
            }
        }
        Set<String> possible = new TreeSet<>();
        Set<String> tooMuch = new TreeSet<>();
        for (String network : COMPOSE.networks().keySet()) {
            Set<String> members =
                    services().stream()
                            .filter(service -> service.networks().contains(network))
                            .map(service -> NODE.matcher(service.name()).replaceAll("redis"))
                            .collect(Collectors.toCollection(TreeSet::new));
            assertThat(members).as(network).isNotEmpty();
            for (String one : members) {
                for (String other : members) {
                    String pair = pair(one, other);
                    if (wanted.contains(pair)) {
                        possible.add(pair);
                    } else if (!one.equals(other) && !areClientsOf(network, one, other, wanted)) {
                        tooMuch.add(network + ": " + pair);
                    }
                }
            }
        }
        assertThat(tooMuch).isEmpty();
        assertThat(possible).isEqualTo(wanted);
    }

    private static boolean areClientsOf(
            String store, String one, String other, Set<String> connected) {
        return Set.of("redis", "postgres").contains(store)
                && connected.contains(pair(one, store))
                && connected.contains(pair(other, store));
    }

    private static String pair(String left, String right) {
        return left.compareTo(right) < 0 ? left + " – " + right : right + " – " + left;
    }

    @Test
    void onlyThoseForOutsiders_haveAWayOut() {
        Set<String> open =
                COMPOSE.networks().entrySet().stream()
                        .filter(network ->
                                !Boolean.TRUE.equals(
                                        ComposeFile.map(network.getValue()).get("internal")))
                        .map(Map.Entry::getKey)
                        .collect(Collectors.toCollection(TreeSet::new));
        assertThat(open).containsExactly("clients", "messages", "people");
        assertThat(services())
                .filteredOn(service -> service.networks().stream().anyMatch(open::contains))
                .extracting(Service::name)
                .containsExactlyInAnyOrder("nginx", "grafana", "alertmanager");
    }

    @Test
    void whatIsMounted_isThere() {
        Set<String> volumes = new TreeSet<>();
        for (Service service : services()) {
            for (Mount mount : service.mounts()) {
                if (mount.isOfTheMachine()) {
                    assertThat(ComposeFile.FOLDER.resolve(mount.source())).exists();
                    assertThat(mount.readOnly()).as(mount.source()).isTrue();
                } else {
                    volumes.add(mount.volume());
                }
            }
        }
        assertThat(COMPOSE.volumes().keySet()).containsExactlyInAnyOrderElementsOf(volumes);
    }

    @ParameterizedTest
    @MethodSource("services")
    void dependency_saysWhenItIsThere(Service service) throws IOException {
        for (Map.Entry<String, String> dependency : service.dependencies().entrySet()) {
            Service other = COMPOSE.service(dependency.getKey());
            if (dependency.getValue().equals("service_completed_successfully")) {
                assertThat(other.endsByItself()).as(other.name()).isTrue();
            } else if (dependency.getValue().equals("service_healthy")) {
                assertThat(other.endsByItself()).as(other.name()).isFalse();
            } else {
                assertThat(dependency.getValue()).isEqualTo("service_started");
            }
        }
        if (OURS.contains(service.name())) {
            assertThat(Files.readString(ComposeFile.FOLDER.resolve("Dockerfile")))
                    .contains("\nHEALTHCHECK ");
        } else if (!service.endsByItself()) {
            assertThat(service.fields().containsKey("healthcheck"))
                    .as("a health check")
                    .isNotEqualTo(WITHOUT_HEALTH.contains(service.name()));
        }
    }

    @Test
    void services_areTwiceThere_andGetPropertiesThatThereAre() throws IOException {
        Set<String> variables =
                Pattern.compile("^\\| `(tidemark\\.[a-z.-]+)` \\|", Pattern.MULTILINE)
                        .matcher(
                                Files.readString(
                                        RunningSuite.HOME.resolve("docs/configuration.md")))
                        .results()
                        .map(property -> property.group(1).replace('.', '_'))
                        // Spring takes both.
                        .flatMap(name -> Stream.of(name.replace("-", ""), name.replace('-', '_')))
                        .map(name -> name.toUpperCase(Locale.ROOT))
                        .collect(Collectors.toSet());
        for (String name : OURS) {
            Service service = COMPOSE.service(name);
            assertThat(service.text("scale")).isEqualTo("2");
            assertThat(service.text("image")).startsWith("tidemark/" + name + ":");
            assertThat(service.text("build")).contains("SERVICE=" + name);
            assertThat(variables).containsAll(service.environment().keySet());
        }
        assertThat(variables)
                .containsAll(DATABASE.service("data-retrieval-service").environment().keySet());
    }

    /** What another database is told by is all that the sample is told by. */
    @Test
    void databaseOfYours_isInTheSamplesPlace() {
        assertThat(DATABASE.service("postgres").text("scale")).isEqualTo("0");
        Service sample = COMPOSE.service("data-retrieval-service");
        Service yours = DATABASE.service("data-retrieval-service");
        assertThat(yours.environment().keySet())
                .containsExactlyInAnyOrderElementsOf(
                        sample.environment().keySet().stream()
                                .filter(name ->
                                        name.contains("_DATABASE_")
                                                || name.contains("_REPLICATION_"))
                                .toList());
        assertThat(yours.networks()).containsAll(sample.networks());
    }

    @Test
    void traces_everyServiceIsToldWhereTo_andHasAWayOut() {
        assertThat(TRACES.services().keySet()).isEqualTo(OURS);
        for (Service service : TRACES.services().values()) {
            assertThat(service.environment())
                    .containsKey("MANAGEMENT_OPENTELEMETRY_TRACING_EXPORT_OTLP_ENDPOINT");
            assertThat(service.networks()).containsExactlyElementsOf(TRACES.networks().keySet());
        }
        assertThat(TRACES.networks().values())
                .noneMatch(network -> ComposeFile.map(network).containsKey("internal"));
    }

    /** The exporter has a name for each node, and Prometheus knows all of them. */
    @Test
    void prometheus_asksForEveryNode() {
        String configuration =
                Yaml.of(ComposeFile.FOLDER.resolve("prometheus/prometheus.yml")).toString();
        String exporter = COMPOSE.service("redis-exporter").text("networks");
        List<String> nodes =
                services().stream().map(Service::name).filter(NODE.asMatchPredicate()).toList();
        assertThat(nodes).hasSize(6);
        for (String node : nodes) {
            assertThat(configuration).contains(node + ".exporter");
            assertThat(exporter).contains(node + ".exporter");
        }
    }

    /** Runs the script as the container does, save that files stay whose they are. */
    private static void makeSecrets(Path folder, String... command) throws Exception {
        Path programs = Files.createDirectories(folder.resolveSibling("programs"));
        Path chown = programs.resolve("chown");
        if (!Files.exists(chown)) {
            Files.writeString(chown, "#!/bin/sh\n");
            Files.setPosixFilePermissions(chown, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        List<String> all = new ArrayList<>(List.of("sh", ComposeFile.FOLDER + "/secrets.sh"));
        all.addAll(List.of(command));
        ProcessBuilder builder = new ProcessBuilder(all).redirectErrorStream(true);
        builder.environment().put("SECRETS", folder.toString());
        builder.environment().merge("PATH", programs.toString(), (path, own) -> own + ":" + path);
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
    }

    private static Map<String, String> contents(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            Map<String, String> contents = new TreeMap<>();
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                contents.put(folder.relativize(file).toString(), Files.readString(file));
            }
            return contents;
        }
    }

    @Test
    void secrets_areMadeOnce_andTwoAreValidWhileTheyChange(@TempDir Path parent) throws Exception {
        Path folder = parent.resolve("secrets");
        for (Mount mount : COMPOSE.service("secrets").mounts()) {
            if (mount.source().startsWith("secrets-")) {
                Files.createDirectories(
                        folder.resolve(mount.target().substring("/secrets/".length())));
            }
        }
        // What makes a certificate is not on every machine; NginxIT has another.
        Files.writeString(folder.resolve("nginx/tls.key"), "there already");
        makeSecrets(folder);
        Map<String, String> made = contents(folder);
        makeSecrets(folder, "create");
        assertThat(contents(folder)).isEqualTo(made);
        assertThat(made.get("data-retrieval-service/reader-password"))
                .matches("[0-9a-f]{64}")
                .isEqualTo(made.get("postgres/reader-password"));
        for (String file : made.keySet()) {
            if (!file.startsWith("nginx")) {
                assertThat(
                                PosixFilePermissions.toString(
                                        Files.getPosixFilePermissions(folder.resolve(file))))
                        .as(file)
                        .isEqualTo("r--------");
            }
        }

        makeSecrets(folder, "add-redis-password");
        assertThat(hashes(contents(folder))).hasSize(2).containsAll(hashes(made));
        makeSecrets(folder, "drop-redis-password");
        assertThat(hashes(contents(folder))).hasSize(1).doesNotContainAnyElementsOf(hashes(made));

        makeSecrets(folder, "add-token-key");
        String key = contents(folder).get("gateway/other-token-key");
        assertThat(made.values()).doesNotContain(key);
        makeSecrets(folder, "swap-token-keys");
        assertThat(contents(folder))
                .containsEntry("gateway/token-key", key)
                .containsEntry("gateway/other-token-key", made.get("gateway/token-key"));

        makeSecrets(folder, "new-database-passwords");
        assertThat(contents(folder).get("data-retrieval-service/reader-password"))
                .isEqualTo(contents(folder).get("postgres/reader-password"))
                .isNotEqualTo(made.get("postgres/reader-password"));
    }

    private static List<String> hashes(Map<String, String> secrets) {
        return secrets.getOrDefault("redis/users.acl", "")
                .lines()
                .filter(line -> line.startsWith("user tidemark "))
                .flatMap(line -> Pattern.compile("#[0-9a-f]{64}").matcher(line).results())
                .map(MatchResult::group)
                .toList();
    }

    @Test
    void usersOfRedis_haveTheRightsThatTheyHaveInKubernetes() throws IOException {
        assertThat(rights("deploy/secrets.sh"))
                .containsAllEntriesOf(rights("k8s/create-secrets"))
                .containsOnlyKeys("admin", "replica", "probe", "exporter", "tidemark");
    }

    /** By user, without passwords. */
    private static Map<String, String> rights(String script) throws IOException {
        return Files.readString(RunningSuite.HOME.resolve(script))
                .lines()
                .map(String::strip)
                .filter(line -> line.matches("user \\w+ on.*"))
                .collect(
                        Collectors.toMap(
                                line -> line.split(" ", -1)[1],
                                line -> line.replaceFirst("^.*?(?= [~+-])", "")));
    }
}

package dev.tidemark.system.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidemark.quickstart.launch.Suite;
import dev.tidemark.quickstart.process.ChildProcess;
import dev.tidemark.quickstart.process.Guard;
import dev.tidemark.quickstart.process.Ports;
import dev.tidemark.quickstart.process.StopSignal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A real Prometheus beside a suite, with the configuration and the rules of {@code
 * deploy/prometheus}; only where its targets are and how often it asks them is different.
 */
final class PrometheusServer implements AutoCloseable {

    static final String MISSING =
            "Prometheus is not installed: Debian's package prometheus has prometheus and promtool";

    private static final String EACH = "1s";

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
    private final ChildProcess process;
    private final int port;

    private PrometheusServer(ChildProcess process, int port) {
        this.process = process;
        this.port = port;
    }

    /** Where a program of Debian's package is, if it is there. */
    static Optional<Path> program(String name) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(":", -1))
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** Starts one that asks all services of a suite. */
    static PrometheusServer start(Suite suite) {
        Path folder = Guard.ofThisJvm().newFolder("prometheus");
        int port = Ports.free();
        try {
            Files.createDirectories(folder.resolve("rules"));
            for (Path file : Rules.FILES) {
                Files.copy(file, folder.resolve("rules").resolve(file.getFileName()));
            }
            Files.writeString(
                    folder.resolve("prometheus.yml"),
                    new org.yaml.snakeyaml.Yaml().dump(configuration(suite)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        ChildProcess process =
                ChildProcess.start(
                        "prometheus",
                        List.of(
                                program("prometheus").orElseThrow().toString(),
                                "--config.file=" + folder.resolve("prometheus.yml"),
                                "--storage.tsdb.path=" + folder.resolve("data"),
                                "--web.listen-address=127.0.0.1:" + port,
                                "--enable-feature=exemplar-storage"),
                        Map.of(),
                        StopSignal.TERM,
                        folder,
                        folder.resolve("prometheus.log"));
        PrometheusServer server = new PrometheusServer(process, port);
        try {
            await("Prometheus to be ready")
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> !process.isAlive() || server.isReady());
            assertThat(process.isAlive()).as(String.join("\n", process.logTail(20))).isTrue();
        } catch (Throwable e) {
            process.kill();
            throw e;
        }
        return server;
    }

    private static Map<String, Object> configuration(Suite suite) {
        Map<String, Object> all = new HashMap<>(Yaml.of(Rules.FOLDER.resolve("prometheus.yml")));
        all.put("global", Map.of("scrape_interval", EACH, "evaluation_interval", EACH));
        all.remove("alerting");
        List<Map<String, Object>> jobs = new ArrayList<>();
        for (Map<String, Object> given : Yaml.maps(all, "scrape_configs")) {
            List<String> targets = targets(suite, Yaml.text(given, "job_name"));
            if (!targets.isEmpty()) {
                Map<String, Object> job = new HashMap<>(given);
                job.remove("dns_sd_configs");
                job.put("static_configs", List.of(Map.of("targets", targets)));
                jobs.add(job);
            }
        }
        all.put("scrape_configs", jobs);
        return all;
    }

    /** The instances of a service; those after the first have a number. */
    private static List<String> targets(Suite suite, String job) {
        return suite.managementUris().entrySet().stream()
                .filter(entry -> entry.getKey().matches(job + "(-\\d+)?"))
                .map(entry -> entry.getValue().getAuthority())
                .toList();
    }

    private boolean isReady() {
        try {
            return send("/-/ready").statusCode() == 200;
        } catch (UncheckedIOException e) {
            return false;
        }
    }

    /** The values of an expression now; none is not a number. Fails if it does not parse. */
    List<Double> query(String expression) {
        JsonNode answer =
                json(
                        "/api/v1/query?query="
                                + URLEncoder.encode(expression, StandardCharsets.UTF_8));
        assertThat(answer.path("status").asString()).as(expression + answer).isEqualTo("success");
        return answer.path("data")
                .path("result")
                .valueStream()
                .map(series -> Double.parseDouble(series.path("value").path(1).asString()))
                .filter(value -> !value.isNaN())
                .toList();
    }

    /** The names of the metrics that there are. */
    List<String> names(String pattern) {
        return json("/api/v1/label/__name__/values?match%5B%5D="
                        + URLEncoder.encode(
                                "{__name__=~\"" + pattern + "\"}", StandardCharsets.UTF_8))
                .path("data")
                .valueStream()
                .map(JsonNode::asString)
                .toList();
    }

    /**
     * What keeps it from asking its targets, by target; nothing where it has asked and understood.
     */
    List<String> complaints() {
        return json("/api/v1/targets")
                .path("data")
                .path("activeTargets")
                .valueStream()
                .filter(target -> !target.path("health").asString().equals("up"))
                .map(target ->
                        target.path("scrapeUrl").asString()
                                + ": "
                                + target.path("lastError").asString())
                .toList();
    }

    /** The rules, as Prometheus sees them. */
    List<JsonNode> rules() {
        return json("/api/v1/rules")
                .path("data")
                .path("groups")
                .valueStream()
                .flatMap(group -> group.path("rules").valueStream())
                .toList();
    }

    private JsonNode json(String target) {
        return MAPPER.readTree(send(target).body());
    }

    private HttpResponse<String> send(String target) {
        try {
            return http.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + target))
                            .timeout(Duration.ofSeconds(10))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        process.stop(Duration.ofSeconds(5));
    }
}

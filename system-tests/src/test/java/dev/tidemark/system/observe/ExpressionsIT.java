package dev.tidemark.system.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tidemark.quickstart.launch.Part;
import dev.tidemark.quickstart.launch.Suite;
import dev.tidemark.system.RunningSuite;
import dev.tidemark.system.SharedSuite;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Everything that a dashboard or a rule asks for, asked of a real Prometheus beside a suite that
 * has some load and has lost an instance: all of it must parse and, save for {@link #MAY_BE_EMPTY},
 * have data.
 */
@ExtendWith(SharedSuite.class)
class ExpressionsIT {

    /** Beginnings of metrics' names, and why there may be none of them here. */
    private static final Map<String, String> MAY_BE_EMPTY =
            Map.of(
                    "redis_", "its exporter is no part of the suite",
                    "pg_", "its exporter is no part of the suite",
                    "tidemark_replica_", "the suite's database has no standby");

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final String TABLE = "observed";

    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

    @Test
    void expressions_parse_andHaveData(Suite suite) throws Exception {
        assumeTrue(PrometheusServer.program("prometheus").isPresent(), PrometheusServer.MISSING);
        List<Expression> expressions =
                Stream.concat(
                                Dashboard.all().stream()
                                        .flatMap(dashboard -> dashboard.expressions().stream()),
                                Rules.expressions().stream())
                        .toList();
        createTable(suite);
        Part origin = part(suite, "data-retrieval-service-2");
        try (PrometheusServer prometheus = PrometheusServer.start(suite)) {
            load(suite);
            await("all targets to be understood")
                    .atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(prometheus.complaints()).isEmpty());
            origin.kill();
            Set<Expression> left = new HashSet<>(expressions);
            await("data for every expression")
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofSeconds(2))
                    .untilAsserted(() -> {
                        load(suite);
                        left.removeIf(expression -> {
                            boolean filled = !prometheus.query(expression.text()).isEmpty();
                            return filled || mayBeEmpty(expression);
                        });
                        assertThat(left).extracting(Expression::where).isEmpty();
                    });
            assertThat(prometheus.rules())
                    .hasSize(Rules.rules().size())
                    .allSatisfy(rule ->
                            assertThat(rule.path("health").asString())
                                    .as(rule.toString())
                                    .isEqualTo("ok"));
            assertThat(unlisted(expressions, prometheus)).isEmpty();
            assertThat(documented())
                    .as("metrics in docs/operations.md")
                    .containsAll(exposed(prometheus));
        } finally {
            origin.awaitReady();
        }
    }

    private static boolean mayBeEmpty(Expression expression) {
        return expression.metrics().stream()
                .anyMatch(metric -> MAY_BE_EMPTY.keySet().stream().anyMatch(metric::startsWith));
    }

    /** What is said to be empty here, and is not: the list must not outlive its reasons. */
    private static List<String> unlisted(
            List<Expression> expressions, PrometheusServer prometheus) {
        List<String> filled = new ArrayList<>();
        for (String beginning : MAY_BE_EMPTY.keySet()) {
            assertThat(expressions)
                    .as("an expression with %s…", beginning)
                    .anyMatch(expression ->
                            expression.metrics().stream().anyMatch(m -> m.startsWith(beginning)));
            if (!prometheus.query("count({__name__=~\"" + beginning + ".*\"})").isEmpty()) {
                filled.add(beginning);
            }
        }
        return filled;
    }

    /** Tidemark's own metrics, as the services name them. */
    private static Set<String> exposed(PrometheusServer prometheus) {
        return prometheus.names("tidemark_.+").stream()
                .map(ExpressionsIT::withoutUnit)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> documented() throws IOException {
        return Pattern.compile("`(tidemark\\.[a-z.]+)(\\{[^}]*})?`")
                .matcher(Files.readString(RunningSuite.HOME.resolve("docs/operations.md")))
                .results()
                .map(match -> withoutUnit(match.group(1).replace('.', '_')))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String withoutUnit(String metric) {
        return metric.replaceFirst("(_(total|count|sum|max|bucket))?$", "")
                .replaceFirst("_(seconds|bytes)$", "");
    }

    private static Part part(Suite suite, String name) {
        return suite.parts().stream()
                .filter(part -> part.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static void createTable(Suite suite) throws Exception {
        try (Connection connection = suite.database().connect();
                Statement statement = connection.createStatement()) {
            statement.execute(
                    "CREATE TABLE IF NOT EXISTS %s (id int PRIMARY KEY, value int NOT NULL)"
                            .formatted(TABLE));
            statement.execute(
                    "INSERT INTO %s SELECT i, 0 FROM generate_series(1, 100) i ON CONFLICT DO NOTHING"
                            .formatted(TABLE));
        }
        await("the new table to be served")
                .atMost(PATIENCE)
                .until(() ->
                        suite.gatewayUris().stream()
                                .allMatch(gateway ->
                                        send(gateway, "GET", "/rest/v1/" + TABLE + "/1") == 200));
    }

    /** Reads that hit and miss and find nothing, lists, and a write, at each gateway. */
    private static void load(Suite suite) {
        for (URI gateway : suite.gatewayUris()) {
            for (int i = 1; i <= 10; i++) {
                send(gateway, "GET", "/rest/v1/product/" + i);
                send(gateway, "GET", "/rest/v1/product/" + i);
                send(gateway, "GET", "/rest/v1/product?limit=" + i);
            }
            send(gateway, "GET", "/rest/v1/product/" + System.nanoTime() % 1_000_000_000);
            send(gateway, "GET", "/rest/v1/product?limit=1", "Cache-Control", "no-cache");
            send(gateway, "PATCH", "/rest/v1/" + TABLE + "?id=eq.1");
            send(gateway, "GET", "/rest/v1/" + TABLE + "/1");
        }
    }

    private static int send(URI gateway, String method, String target, String... headers) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(gateway + target))
                        .timeout(Duration.ofSeconds(20))
                        .method(
                                method,
                                method.equals("GET")
                                        ? HttpRequest.BodyPublishers.noBody()
                                        : HttpRequest.BodyPublishers.ofString(
                                                "{\"value\":%d}"
                                                        .formatted(System.nanoTime() % 1_000)));
        request.header("Content-Type", "application/json");
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            return HTTP.send(request.build(), HttpResponse.BodyHandlers.discarding()).statusCode();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}

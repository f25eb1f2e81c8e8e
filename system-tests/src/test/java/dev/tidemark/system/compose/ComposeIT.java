package dev.tidemark.system.compose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * What {@code docker compose up} makes of a clean clone: real containers, which come and go. Only
 * with {@code -Dcompose=true}, since it needs a Docker engine and minutes.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ComposeIT {

    private static final Duration PATIENCE = Duration.ofMinutes(3);

    /** Of each kind one that others stand in for. */
    private static final List<String> EXPENDABLE =
            List.of(
                    "gateway",
                    "cache-service",
                    "data-retrieval-service",
                    "redis-1",
                    "redis-5",
                    "prometheus",
                    "postgres-exporter");

    private Compose compose;
    private HttpClient http;

    @BeforeAll
    void start() throws Exception {
        assumeTrue(Boolean.getBoolean("compose"), "only with -Dcompose=true");
        compose = Compose.find();
        compose.up();
        http = HttpClient.newBuilder().sslContext(trusted()).build();
        awaitServed();
    }

    @AfterAll
    void stop() throws Exception {
        if (compose != null) {
            compose.close();
        }
    }

    /** By the command that the README has. */
    private SSLContext trusted() throws Exception {
        String certificate =
                compose.run("exec", "-T", "nginx", "cat", "/run/secrets/nginx/tls.crt");
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry(
                "it",
                CertificateFactory.getInstance("X.509")
                        .generateCertificate(
                                new ByteArrayInputStream(
                                        certificate.getBytes(StandardCharsets.US_ASCII))));
        TrustManagerFactory factory =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, factory.getTrustManagers(), null);
        return context;
    }

    private HttpResponse<String> read(String target) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(
                                URI.create(
                                        "https://localhost:"
                                                + compose.port()
                                                + "/rest/v1/"
                                                + target))
                        .timeout(Duration.ofSeconds(10))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private void awaitServed() {
        await("reads to be answered")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(500))
                .ignoreException(IOException.class)
                .until(() -> read("product/1").statusCode() == 200);
    }

    private void awaitFollowed() {
        await("changes to be followed")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(500))
                .untilAsserted(() ->
                        assertThat(
                                        read("product?id=eq.1&limit=1")
                                                .headers()
                                                .firstValue("Cache-Status"))
                                .hasValueSatisfying(status ->
                                        assertThat(status)
                                                .contains("hit")
                                                .doesNotContain("time-only")));
    }

    private void setPrice(String price) throws Exception {
        compose.run(
                "exec",
                "-T",
                "postgres",
                "psql",
                "-U",
                "postgres",
                "-d",
                "shop",
                "-c",
                "UPDATE product SET price = " + price + " WHERE id = 1");
    }

    private void awaitPrice(String price) {
        await("the price to be " + price)
                .atMost(Duration.ofSeconds(20))
                .untilAsserted(() ->
                        assertThat(read("product/1?select=price").body())
                                .isEqualTo("{\"price\":" + price + "}"));
    }

    private void awaitHealthy(String service) throws Exception {
        for (String container : compose.containers(service)) {
            await(service + " to be healthy")
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofSeconds(1))
                    .until(() ->
                            compose.docker(
                                            "inspect",
                                            "--format",
                                            "{{if .State.Health}}{{.State.Health.Status}}{{else}}{{.State.Status}}{{end}}",
                                            container)
                                    .strip()
                                    .matches("healthy|running"));
        }
    }

    private double query(String expression) throws Exception {
        String answer =
                compose.run(
                        "exec",
                        "-T",
                        "prometheus",
                        "promtool",
                        "query",
                        "instant",
                        "http://127.0.0.1:9090",
                        expression);
        return answer.isBlank()
                ? 0
                : Double.parseDouble(answer.replaceFirst("(?s).*=> ([0-9.]+) @.*", "$1"));
    }

    @Test
    void suite_servesAndFollows_whateverSingleContainerIsKilled() throws Exception {
        awaitFollowed();
        setPrice("11.50");
        awaitPrice("11.50");

        for (String service : EXPENDABLE) {
            String container = compose.containers(service).getFirst();
            compose.docker("kill", container);
            for (int i = 2; i < 40; i++) {
                HttpResponse<String> answer = read("product/" + i);
                assertThat(answer.statusCode())
                        .as("without one of %s: %s", service, answer.body())
                        .isEqualTo(200);
            }
            compose.docker("start", container);
            awaitHealthy(service);
        }
        awaitFollowed();
        setPrice("12.50");
        awaitPrice("12.50");

        compose.up("--no-recreate", "--scale", "gateway=3");
        await("NGINX to know three gateways")
                .atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(
                                        compose.run(
                                                        "exec",
                                                        "-T",
                                                        "nginx",
                                                        "cat",
                                                        "/run/nginx/nginx.conf")
                                                .lines()
                                                .filter(line -> line.matches("\\s*server \\d.*")))
                                .hasSize(3));
        await("all targets to be up")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofSeconds(5))
                .untilAsserted(() -> {
                    assertThat(query("count(up == 0)")).isZero();
                    // Three gateways, two of each other service, six nodes, PostgreSQL, itself.
                    assertThat(query("count(up == 1)")).isEqualTo(15);
                });

        compose.run("restart", "--timeout", "5");
        awaitServed();
        awaitFollowed();
        setPrice("13.50");
        awaitPrice("13.50");
    }
}

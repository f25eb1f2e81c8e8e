package dev.tidemark.retrieval;

import dev.tidemark.testing.Backends;
import dev.tidemark.testing.TestDatabase;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** The service, running on free ports; asked over HTTP as the gateway does. */
public final class Service implements AutoCloseable {

    private static final Duration READY_TIMEOUT = Duration.ofSeconds(60);

    private final ConfigurableApplicationContext context;
    private final HttpClient http = HttpClient.newHttpClient();

    private Service(ConfigurableApplicationContext context) {
        this.context = context;
    }

    /** Starts one with these properties; it need not be ready. */
    public static Service start(Map<String, String> properties) {
        return start(properties, RetrievalApplication.class);
    }

    /** Starts one with these properties, of these configurations. */
    public static Service start(Map<String, String> properties, Class<?>... configurations) {
        List<String> arguments = new ArrayList<>();
        properties.forEach((name, value) -> arguments.add("--" + name + "=" + value));
        arguments.addAll(
                List.of(
                        "--server.address=127.0.0.1",
                        "--management.server.address=127.0.0.1",
                        "--server.port=0",
                        "--management.server.port=0",
                        "--logging.structured.format.console=",
                        "--spring.jmx.enabled=false"));
        return new Service(
                new SpringApplicationBuilder(configurations).run(arguments.toArray(String[]::new)));
    }

    private static final class Shared {
        static final TestDatabase DATABASE = fixture();
        static final Service SERVICE = started();

        private static TestDatabase fixture() {
            TestDatabase database = Backends.postgres().freshDatabase();
            database.execute(resource("/fixture.sql"));
            // So that Tidemark's own schema can be made.
            database.execute("GRANT CREATE ON DATABASE " + database.name() + " TO tidemark_reader");
            return database;
        }

        private static Service started() {
            Service service =
                    start(
                            Map.of(
                                    "tidemark.database.url",
                                    readerUrl(DATABASE),
                                    "tidemark.schemas",
                                    "public,archive",
                                    "tidemark.hide",
                                    "staff.password,secret_table",
                                    "tidemark.freshness.refresh-interval",
                                    "100ms",
                                    "tidemark.lanes.lists.timeout",
                                    "20s"));
            service.awaitReady();
            return service;
        }
    }

    /** The one that all tests share, with the fixture's database behind it. */
    public static Service shared() {
        return Shared.SERVICE;
    }

    /** The shared one's database, as superuser. */
    public static TestDatabase database() {
        return Shared.DATABASE;
    }

    /** The URL for the fixture's reader, whose password needs percent-encoding. */
    public static String readerUrl(TestDatabase database) {
        return "postgresql://tidemark_reader:p%40ss%3A%20w%C3%B6rd%2F%25@"
                + database.host()
                + ":"
                + database.port()
                + "/"
                + database.name();
    }

    public static String resource(String name) {
        try (InputStream in = Service.class.getResourceAsStream(name)) {
            return new String(
                    Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    public int port() {
        return port("local.server.port");
    }

    private int port(String property) {
        return context.getEnvironment().getRequiredProperty(property, Integer.class);
    }

    public void awaitReady() {
        Awaitility.await()
                .atMost(READY_TIMEOUT)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> management("/actuator/health/readiness").status() == 200);
    }

    /** Below {@code /rest/v1}. */
    public Reply get(String target, String... headers) {
        return send("GET", "/rest/v1" + target, headers);
    }

    public Reply send(String method, String target, String... headers) {
        return exchange(method, port(), target, headers);
    }

    /** A write below {@code /rest/v1}. */
    public Reply write(String method, String target, String body, String... headers) {
        return exchange(
                method,
                port(),
                "/rest/v1" + target,
                HttpRequest.BodyPublishers.ofString(body),
                headers);
    }

    /** As {@link #write}, without saying beforehand how long the body is. */
    public Reply writeChunked(String method, String target, String body, String... headers) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        return exchange(
                method,
                port(),
                "/rest/v1" + target,
                HttpRequest.BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(bytes)),
                headers);
    }

    public Reply management(String target) {
        return exchange("GET", port("local.management.port"), target);
    }

    private Reply exchange(String method, int port, String target, String... headers) {
        return exchange(method, port, target, HttpRequest.BodyPublishers.noBody(), headers);
    }

    public Reply exchange(
            String method,
            int port,
            String target,
            HttpRequest.BodyPublisher body,
            String... headers) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + target))
                        .timeout(Duration.ofSeconds(30))
                        .method(method, body);
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            HttpResponse<byte[]> response =
                    http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            return new Reply(response.statusCode(), response.headers(), response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** Percent-encodes everything that is not a letter or a digit. */
    public static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    @Override
    public void close() {
        http.close();
        context.close();
    }
}

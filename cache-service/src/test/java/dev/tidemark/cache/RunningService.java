package dev.tidemark.cache;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.stream.Stream;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** The service on free ports, in this JVM. */
final class RunningService implements AutoCloseable {

    /**
     * For tests of anything but time: the first look-ups of a JVM that has just started, on a busy
     * machine, take longer than a look-up may.
     */
    static final String PATIENT = "--tidemark.redis.command-timeout=5s";

    private final ConfigurableApplicationContext context;
    private final HttpClient http = HttpClient.newHttpClient();

    private RunningService(ConfigurableApplicationContext context) {
        this.context = context;
    }

    static RunningService start(String nodes, String... more) {
        Stream<String> arguments =
                Stream.of(
                        "--server.port=0",
                        "--management.server.port=0",
                        "--tidemark.redis.nodes=" + nodes,
                        "--logging.structured.format.console=");
        return new RunningService(
                SpringApplication.run(
                        CacheServiceApplication.class,
                        Stream.concat(arguments, Stream.of(more)).toArray(String[]::new)));
    }

    int port() {
        return port("local.server.port");
    }

    private int port(String property) {
        return context.getEnvironment().getRequiredProperty(property, Integer.class);
    }

    HttpResponse<String> management(String path) {
        URI uri = URI.create("http://127.0.0.1:" + port("local.management.port") + path);
        try {
            // Health has to answer in time, whatever Redis does.
            return http.send(
                    HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(2)).build(),
                    BodyHandlers.ofString());
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(path, e);
        }
    }

    int readiness() {
        return management("/actuator/health/readiness").statusCode();
    }

    int liveness() {
        return management("/actuator/health/liveness").statusCode();
    }

    void awaitReady() {
        await().atMost(Duration.ofSeconds(20)).until(() -> readiness() == 200);
    }

    @Override
    public void close() {
        http.close();
        context.close();
    }
}

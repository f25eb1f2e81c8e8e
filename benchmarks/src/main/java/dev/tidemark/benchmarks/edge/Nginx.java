package dev.tidemark.benchmarks.edge;

import dev.tidemark.benchmarks.measure.MeasurementException;
import dev.tidemark.quickstart.process.Await;
import dev.tidemark.quickstart.process.ChildProcess;
import dev.tidemark.quickstart.process.Guard;
import dev.tidemark.quickstart.process.Ports;
import dev.tidemark.quickstart.process.StopSignal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A running NGINX in front of gateways, on a port of the loopback interface. */
public final class Nginx implements AutoCloseable {

    private static final String TEMPLATE = "deploy/nginx/nginx.conf.template";
    private static final Duration READY_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration STOP_GRACE = Duration.ofSeconds(3);

    private final ChildProcess process;
    private final int port;

    private Nginx(ChildProcess process, int port) {
        this.process = process;
        this.port = port;
    }

    /**
     * Starts one and returns when it accepts connections.
     *
     * @param home the project's folder
     */
    public static Nginx start(Path home, List<URI> gateways) {
        Path folder = Guard.ofThisJvm().newFolder("nginx");
        Path log = folder.resolve("nginx.log");
        int port = Ports.free();
        Path configuration = folder.resolve("nginx.conf");
        try {
            Files.writeString(
                    configuration,
                    render(
                            Files.readString(home.resolve(TEMPLATE)),
                            Map.of(
                                    "TIDEMARK_LISTEN",
                                    "127.0.0.1:" + port,
                                    "TIDEMARK_GATEWAYS",
                                    servers(gateways),
                                    "TIDEMARK_RUN",
                                    folder.toString(),
                                    "TIDEMARK_LOG",
                                    folder.resolve("access.log").toString())));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        // QUIT would wait for requests; whoever closes it has none that matter.
        ChildProcess process =
                ChildProcess.start(
                        "nginx",
                        List.of(program(), "-e", "stderr", "-c", configuration.toString()),
                        Map.of(),
                        StopSignal.TERM,
                        folder,
                        log);
        boolean ready =
                Await.until(
                        READY_TIMEOUT,
                        Duration.ofMillis(20),
                        () -> !process.isAlive() || !Ports.isFree(port));
        if (!ready || !process.isAlive()) {
            process.kill();
            throw new MeasurementException(
                    "nginx did not start:\n" + String.join("\n", process.logTail(20)));
        }
        return new Nginx(process, port);
    }

    /** Replaces {@code ${NAME}}, as envsubst does, for these names only. */
    static String render(String template, Map<String, String> values) {
        String text = template;
        for (Map.Entry<String, String> value : values.entrySet()) {
            text = text.replace("${" + value.getKey() + "}", value.getValue());
        }
        return text;
    }

    private static String servers(List<URI> gateways) {
        return gateways.stream()
                .map(gateway ->
                        "server 127.0.0.1:%d max_fails=2 fail_timeout=2s;"
                                .formatted(gateway.getPort()))
                .collect(Collectors.joining("\n        "));
    }

    private static String program() {
        // Debian's is where a user's path does not look.
        return Stream.concat(
                        Stream.of(System.getenv().getOrDefault("PATH", "").split(":", -1)),
                        Stream.of("/usr/sbin", "/usr/local/sbin"))
                .map(folder -> Path.of(folder, "nginx"))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() ->
                        new MeasurementException(
                                "nginx 1.22 or newer is needed: install Debian's package nginx"))
                .toString();
    }

    /** Where clients go. */
    public URI uri() {
        return URI.create("http://127.0.0.1:" + port);
    }

    public long pid() {
        return process.pid();
    }

    /** One JSON object a line, a second after the request at the latest. */
    public Path accessLog() {
        return process.log().resolveSibling("access.log");
    }

    @Override
    public void close() {
        process.stop(STOP_GRACE);
    }
}

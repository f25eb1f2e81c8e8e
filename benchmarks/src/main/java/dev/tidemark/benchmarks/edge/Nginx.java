package dev.tidemark.benchmarks.edge;

import dev.tidemark.benchmarks.program.Installed;
import dev.tidemark.benchmarks.program.RunningProgram;
import dev.tidemark.quickstart.process.Guard;
import dev.tidemark.quickstart.process.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A running NGINX in front of gateways, on a port of the loopback interface. */
public final class Nginx implements AutoCloseable {

    private static final String TEMPLATE = "deploy/nginx/nginx.conf.template";
    private static final Duration READY_TIMEOUT = Duration.ofSeconds(10);

    private final RunningProgram program;

    private Nginx(RunningProgram program) {
        this.program = program;
    }

    /**
     * Starts one and returns when it accepts connections.
     *
     * @param home the project's folder
     */
    public static Nginx start(Path home, List<URI> gateways) {
        Path folder = Guard.ofThisJvm().newFolder("nginx");
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
        return new Nginx(
                RunningProgram.start(
                        "nginx",
                        List.of(
                                Installed.require("nginx", "nginx 1.22 or newer", "nginx")
                                        .toString(),
                                "-e",
                                "stderr",
                                "-c",
                                configuration.toString()),
                        Map.of(),
                        folder,
                        port,
                        READY_TIMEOUT));
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

    /** Where clients go. */
    public URI uri() {
        return program.uri();
    }

    public long pid() {
        return program.pid();
    }

    /** One JSON object a line, a second after the request at the latest. */
    public Path accessLog() {
        return program.log().resolveSibling("access.log");
    }

    @Override
    public void close() {
        program.close();
    }
}

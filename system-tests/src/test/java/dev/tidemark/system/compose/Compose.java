package dev.tidemark.system.compose;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.quickstart.process.Ports;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A suite of containers beside those that there may be, with a name and ports of its own.
 *
 * @param command {@code docker compose}, or {@code docker-compose}
 */
record Compose(List<String> command, int port, int grafanaPort) implements AutoCloseable {

    /** Another name than a user's, whose containers and volumes are none of ours. */
    private static final String PROJECT = "tidemark-test";

    static Compose find() throws IOException, InterruptedException {
        Process version =
                new ProcessBuilder("docker", "compose", "version")
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        return new Compose(
                version.waitFor() == 0 ? List.of("docker", "compose") : List.of("docker-compose"),
                Ports.free(),
                Ports.free());
    }

    /** Runs a command of docker compose's, which must succeed, and returns what it prints. */
    String run(String... arguments) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(command);
        all.addAll(List.of("-p", PROJECT, "-f", ComposeFile.FOLDER + "/docker-compose.yml"));
        all.addAll(List.of(arguments));
        return output(all);
    }

    /** {@code up}, with what the user wants to have otherwise here. */
    void up(String... arguments) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of("up", "-d"));
        Stream.of(System.getProperty("compose.up", "--build").split(" ", -1))
                .filter(option -> !option.isEmpty())
                .forEach(all::add);
        all.addAll(List.of(arguments));
        run(all.toArray(String[]::new));
    }

    /** The containers of a service that run. */
    List<String> containers(String service) throws IOException, InterruptedException {
        return run("ps", "-q", service).lines().toList();
    }

    String docker(String... arguments) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of("docker"));
        all.addAll(List.of(arguments));
        return output(all);
    }

    private String output(List<String> all) throws IOException, InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder(all).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment()
                .putAll(
                        Map.of(
                                "TIDEMARK_PORT",
                                Integer.toString(port),
                                "TIDEMARK_GRAFANA_PORT",
                                Integer.toString(grafanaPort),
                                "TIDEMARK_REDIS_NETWORK",
                                "10.213.77"));
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as("%s: %s", all, said).isZero();
        return said;
    }

    /** Removes containers, networks and volumes. */
    @Override
    public void close() throws IOException, InterruptedException {
        run("down", "--volumes", "--remove-orphans", "--timeout", "5");
    }
}

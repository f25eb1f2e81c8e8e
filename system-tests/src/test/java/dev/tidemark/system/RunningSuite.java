package dev.tidemark.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidemark.quickstart.process.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A suite that {@code ./tidemark start} started, as its user and its operating system see it. */
public final class RunningSuite implements AutoCloseable {

    public static final Path HOME = Path.of(System.getProperty("tidemark.home", ".."));

    private static final Duration START_TIMEOUT = Duration.ofMinutes(4);

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
    private final Process launcher;
    private final Path output;
    private final int port;

    private RunningSuite(Process launcher, Path output, int port) {
        this.launcher = launcher;
        this.output = output;
        this.port = port;
    }

    /** Starts a suite with these options besides its port, and returns when it says it is ready. */
    static RunningSuite start(String... options) throws IOException {
        int port = Ports.free();
        Path output = Files.createTempFile("tidemark-start", ".log");
        List<String> command = new ArrayList<>();
        command.add(HOME.resolve("tidemark").toString());
        command.addAll(List.of("start", "--port", Integer.toString(port)));
        command.addAll(List.of(options));
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile());
        // The build that runs this test has just built what is to be started.
        builder.environment().put("TIDEMARK_BUILD", "never");
        // Queries are counted, and these would come at any moment.
        builder.environment().put("TIDEMARK_CHECK_RATE", "0");
        Process launcher = builder.start();
        RunningSuite suite = new RunningSuite(launcher, output, port);
        try {
            await("the suite to be ready")
                    .atMost(START_TIMEOUT)
                    .until(() ->
                            !launcher.isAlive()
                                    || suite.output().contains("http://localhost:" + port));
            assertThat(launcher.isAlive()).as(suite.output()).isTrue();
        } catch (Throwable e) {
            launcher.destroy();
            throw e;
        }
        return suite;
    }

    /**
     * Waits until the cache follows the database: in the first moments after a start answers are
     * served by time only, and some are fetched once more when they no longer are.
     */
    void awaitFollowed() {
        await("the database to be followed")
                .atMost(START_TIMEOUT)
                .until(() ->
                        metric("gateway", "tidemark_follower_open") == 1
                                && metric("data-retrieval-service", "tidemark_followed_tables")
                                        > 0);
    }

    /** Percent-encodes what Java's URI refuses and leaves the rest of a target as it is. */
    static String encode(String target) {
        StringBuilder encoded = new StringBuilder();
        for (byte b : target.getBytes(StandardCharsets.UTF_8)) {
            if (b > ' ' && "\"<>\\^`{|}".indexOf(b) < 0) {
                encoded.append((char) b);
            } else {
                encoded.append('%').append(HexFormat.of().withUpperCase().toHexDigits(b));
            }
        }
        return encoded.toString();
    }

    String output() {
        try {
            return Files.readString(output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    HttpResponse<String> get(String target, String... headers) {
        return send(request("GET", target, headers));
    }

    HttpResponse<String> head(String target, String... headers) {
        return send(request("HEAD", target, headers));
    }

    HttpResponse<String> send(HttpRequest request) {
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(request + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    CompletableFuture<HttpResponse<String>> getAsync(String target) {
        return http.sendAsync(request("GET", target), HttpResponse.BodyHandlers.ofString());
    }

    HttpRequest request(String method, String target, String... headers) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create("http://localhost:" + port + target))
                        .timeout(Duration.ofSeconds(20))
                        .method(method, HttpRequest.BodyPublishers.noBody());
        if (headers.length > 0) {
            request.headers(headers);
        }
        return request.build();
    }

    int port() {
        return port;
    }

    ProcessHandle launcher() {
        return launcher.toHandle();
    }

    /** The process of this service that runs now. */
    ProcessHandle process(String service) {
        return processes().stream()
                .filter(process -> isJavaOf(service, process))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no process of " + service));
    }

    /** Kills a service as {@code kill -9} does, and returns when it is gone. */
    void kill(String service) {
        ProcessHandle process = process(service);
        process.destroyForcibly();
        process.onExit().orTimeout(10, TimeUnit.SECONDS).join();
    }

    /** The sum of all series of a counter or gauge of a service; 0 while there is none. */
    double metric(String service, String name) {
        String port = settings(service).getProperty("management.server.port");
        return Meters.of(URI.create("http://127.0.0.1:" + port)).sum(name);
    }

    /** What the launcher configured a service with. */
    Properties settings(String service) {
        String option = "additional-location=file:";
        for (String argument : process(service).info().arguments().orElseThrow()) {
            int start = argument.indexOf(option);
            if (start >= 0) {
                Properties settings = new Properties();
                try (var in =
                        Files.newBufferedReader(
                                Path.of(argument.substring(start + option.length())))) {
                    settings.load(in);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
                return settings;
            }
        }
        throw new AssertionError("no settings in the command line of " + service);
    }

    List<ProcessHandle> processes() {
        return launcher.descendants().toList();
    }

    private static boolean isJavaOf(String service, ProcessHandle process) {
        return process.info()
                .arguments()
                .map(arguments ->
                        List.of(arguments).contains("-jar")
                                && List.of(arguments).stream()
                                        .anyMatch(a -> a.endsWith(service + ".jar")))
                .orElse(false);
    }

    /** Stops the suite as Ctrl-C does; nothing of it may be left. */
    @Override
    public void close() throws IOException {
        List<ProcessHandle> processes = processes();
        Map<Long, String> commands = new java.util.HashMap<>();
        processes.forEach(p -> commands.put(p.pid(), p.info().commandLine().orElse("?")));
        launcher.destroy();
        await("the launcher to end")
                .atMost(Duration.ofSeconds(30))
                .until(() -> !launcher.isAlive());
        await("every process to end")
                .atMost(Duration.ofSeconds(10))
                .untilAsserted(() ->
                        assertThat(processes.stream().filter(ProcessHandle::isAlive))
                                .extracting(p -> commands.get(p.pid()))
                                .isEmpty());
        Files.delete(output);
    }
}

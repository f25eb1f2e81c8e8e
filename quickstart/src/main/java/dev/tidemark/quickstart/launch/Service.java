package dev.tidemark.quickstart.launch;

import dev.tidemark.quickstart.process.ChildProcess;
import dev.tidemark.quickstart.process.SecretFile;
import dev.tidemark.quickstart.process.StopSignal;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/**
 * An instance of one of the three services: how it is started and asked whether it is ready.
 *
 * @param program which it runs
 * @param name the module's, with a number where there are several
 * @param managementPort where it answers about itself
 * @param jvmOptions which win over the usual ones
 */
record Service(
        Program program,
        String name,
        int managementPort,
        Map<String, String> properties,
        List<String> jvmOptions) {
    static final String ORIGIN = "data-retrieval-service";
    static final String CACHE = "cache-service";
    static final String GATEWAY = "gateway";

    private static final List<String> JVM_OPTIONS =
            List.of(
                    // Else a sixty-fourth of the machine, all of it used before any is given back:
                    // some 85 MiB more in each service at rest.
                    "-Xms64m",
                    "-Xmx384m",
                    "-Xss512k",
                    "-XX:+UseSerialGC",
                    // Ready sooner by seconds on two cores; a machine that measures throughput
                    // starts the jars itself.
                    "-XX:TieredStopAtLevel=1",
                    "--sun-misc-unsafe-memory-access=allow");

    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(1)).build();

    /** The same instance of another version. */
    Service running(Program other) {
        return new Service(other, name, managementPort, properties, jvmOptions);
    }

    ChildProcess start(Path folder, Path log) {
        try {
            // A file, not arguments: those are in the process list.
            Path configuration = folder.resolve(name + ".properties");
            Files.deleteIfExists(configuration);
            SecretFile.write(configuration, text(properties));
            var command = new ArrayList<String>();
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            command.addAll(JVM_OPTIONS);
            command.addAll(jvmOptions);
            command.addAll(program.runFrom(folder));
            command.add("--spring.config.additional-location=" + configuration.toUri());
            return ChildProcess.start(name, command, Map.of(), StopSignal.TERM, folder, log);
        } catch (IOException e) {
            throw new StartException("%s cannot be started: %s".formatted(name, e.getMessage()), e);
        }
    }

    private static String text(Map<String, String> properties) throws IOException {
        var all = new Properties();
        all.putAll(properties);
        var text = new StringWriter();
        all.store(text, null);
        return text.toString();
    }

    boolean isReady() {
        var request =
                HttpRequest.newBuilder(
                                URI.create(
                                        "http://127.0.0.1:%d/actuator/health/readiness"
                                                .formatted(managementPort)))
                        .timeout(Duration.ofSeconds(2))
                        .build();
        try {
            return HTTP.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}

package dev.tidemark.benchmarks.peer;

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
import java.util.Optional;
import java.util.stream.Stream;

/** Hazelcast's REST API over a map, on a member alone. */
public final class Hazelcast implements Peer {

    /** As Hazelcast's own scripts call it: the folder of its distribution. */
    static final String VARIABLE = "HAZELCAST_HOME";

    private static final Duration READY_TIMEOUT = Duration.ofSeconds(60);
    private static final String MAP = "/hazelcast/rest/maps/rows/";

    private final RunningProgram program;

    private Hazelcast(RunningProgram program) {
        this.program = program;
    }

    /** The jar of the distribution that the variable names. */
    static Optional<Path> jar() {
        String home = System.getenv(VARIABLE);
        if (home == null || home.isBlank()) {
            return Optional.empty();
        }
        try (Stream<Path> files = Files.walk(Path.of(home), 2)) {
            return files.filter(file ->
                            file.getFileName().toString().matches("hazelcast-[0-9.]+\\.jar"))
                    .findFirst();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A member with these bodies. */
    public static Hazelcast start(Path jar, Map<Integer, String> bodies) {
        Path folder = Guard.ofThisJvm().newFolder("hazelcast");
        int port = Ports.free();
        Path configuration = folder.resolve("hazelcast.yaml");
        try {
            Files.writeString(
                    configuration,
                    """
                    hazelcast:
                      cluster-name: bench-%1$d
                      network:
                        port: {port: %1$d, auto-increment: false}
                        interfaces: {enabled: true, interfaces: [127.0.0.1]}
                        join: {auto-detection: {enabled: false}, multicast: {enabled: false}}
                        rest-api:
                          enabled: true
                          endpoint-groups:
                            DATA: {enabled: true}
                      properties:
                        hazelcast.phone.home.enabled: "false"
                    """
                            .formatted(port));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Hazelcast hazelcast =
                new Hazelcast(
                        RunningProgram.start(
                                "hazelcast",
                                List.of(
                                        Path.of(System.getProperty("java.home"), "bin", "java")
                                                .toString(),
                                        "-Xmx1g",
                                        "-Dhazelcast.config=" + configuration,
                                        "-cp",
                                        jar.toString(),
                                        "com.hazelcast.core.server.HazelcastMemberStarter"),
                                Map.of(),
                                folder,
                                port,
                                READY_TIMEOUT));
        RestPut.fill(hazelcast, "POST", bodies);
        return hazelcast;
    }

    @Override
    public String name() {
        return "Hazelcast REST";
    }

    @Override
    public URI uri() {
        return program.uri();
    }

    @Override
    public String target(int row) {
        return MAP + row;
    }

    @Override
    public List<Long> pids() {
        return List.of(program.pid());
    }

    @Override
    public void close() {
        program.close();
    }
}

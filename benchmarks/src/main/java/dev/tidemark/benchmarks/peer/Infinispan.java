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

/** Infinispan Server's REST API over a local cache, without authentication. */
public final class Infinispan implements Peer {

    /** The folder of its distribution. */
    static final String VARIABLE = "ISPN_HOME";

    private static final Duration READY_TIMEOUT = Duration.ofSeconds(60);
    private static final String CACHE = "/rest/v2/caches/rows/";

    private final RunningProgram program;

    private Infinispan(RunningProgram program) {
        this.program = program;
    }

    /** The script of the distribution that the variable names. */
    static Optional<Path> script() {
        return Optional.ofNullable(System.getenv(VARIABLE))
                .filter(home -> !home.isBlank())
                .map(home -> Path.of(home, "bin", "server.sh"))
                .filter(Files::isExecutable);
    }

    /** A server with these bodies. */
    public static Infinispan start(Path script, Map<Integer, String> bodies) {
        Path folder = Guard.ofThisJvm().newFolder("infinispan");
        int port = Ports.free();
        Path conf = folder.resolve("conf");
        try {
            Files.createDirectories(conf);
            Files.createDirectories(folder.resolve("data"));
            Files.createDirectories(folder.resolve("log"));
            Files.createDirectories(folder.resolve("lib"));
            Files.writeString(
                    conf.resolve("infinispan.xml"),
                    """
                    <infinispan xmlns="urn:infinispan:config:16.0">
                      <cache-container name="default" statistics="false">
                        <local-cache name="rows"><encoding media-type="text/plain"/></local-cache>
                      </cache-container>
                      <server xmlns="urn:infinispan:server:16.0">
                        <interfaces><interface name="public"><loopback/></interface></interfaces>
                        <socket-bindings default-interface="public" port-offset="0">
                          <socket-binding name="default" port="%d"/>
                        </socket-bindings>
                        <endpoints>
                          <endpoint socket-binding="default"><rest-connector/></endpoint>
                        </endpoints>
                      </server>
                    </infinispan>
                    """
                            .formatted(port));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Infinispan infinispan =
                new Infinispan(
                        RunningProgram.start(
                                "infinispan",
                                List.of(script.toString(), "-s", folder.toString()),
                                Map.of("JAVA_HOME", System.getProperty("java.home")),
                                folder,
                                port,
                                READY_TIMEOUT));
        RestPut.fill(infinispan, "PUT", bodies);
        return infinispan;
    }

    @Override
    public String name() {
        return "Infinispan Server REST";
    }

    @Override
    public URI uri() {
        return program.uri();
    }

    @Override
    public String target(int row) {
        return CACHE + row;
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

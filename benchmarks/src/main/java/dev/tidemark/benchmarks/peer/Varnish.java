package dev.tidemark.benchmarks.peer;

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
import java.util.function.IntFunction;

/** Varnish in front of an origin. It compiles its configuration, so it needs a C compiler. */
public final class Varnish implements Peer {

    private static final Duration READY_TIMEOUT = Duration.ofSeconds(20);

    private final RunningProgram program;
    private final IntFunction<String> targets;

    private Varnish(RunningProgram program, IntFunction<String> targets) {
        this.program = program;
        this.targets = targets;
    }

    static boolean isInstalled() {
        return Installed.find("varnishd").isPresent() && Installed.find("cc").isPresent();
    }

    /**
     * A cache.
     *
     * @param targets what the origin has each row under
     */
    public static Varnish start(URI origin, IntFunction<String> targets) {
        Path varnishd = Installed.require("varnishd", "Varnish", "varnish");
        Path folder = Guard.ofThisJvm().newFolder("varnish");
        Path vcl = folder.resolve("rows.vcl");
        int port = Ports.free();
        try {
            Files.writeString(
                    vcl,
                    """
                    vcl 4.1;
                    backend origin { .host = "127.0.0.1"; .port = "%d"; }
                    sub vcl_recv { return (hash); }
                    sub vcl_backend_response {
                        unset beresp.http.Vary;
                        set beresp.uncacheable = false;
                        set beresp.ttl = 1h;
                        return (deliver);
                    }
                    """
                            .formatted(origin.getPort()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Varnish(
                RunningProgram.start(
                        "varnishd",
                        List.of(
                                varnishd.toString(),
                                "-F",
                                "-n",
                                folder.resolve("work").toString(),
                                "-a",
                                "127.0.0.1:" + port,
                                "-f",
                                vcl.toString(),
                                "-s",
                                "malloc,512m",
                                // A jail would drop to a user who may not read the folder.
                                "-j",
                                "none"),
                        Map.of(),
                        folder,
                        port,
                        READY_TIMEOUT),
                targets);
    }

    @Override
    public String name() {
        return "Varnish";
    }

    @Override
    public URI uri() {
        return program.uri();
    }

    @Override
    public String target(int row) {
        return targets.apply(row);
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

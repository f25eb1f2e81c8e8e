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

/** Webdis: HTTP in front of one Redis, in C, one hop. */
public final class Webdis implements Peer {

    private static final Duration READY_TIMEOUT = Duration.ofSeconds(10);

    private final RunningProgram program;
    private final Redis redis;

    private Webdis(RunningProgram program, Redis redis) {
        this.program = program;
        this.redis = redis;
    }

    static boolean isInstalled() {
        return Installed.find("webdis").isPresent();
    }

    /** In front of a Redis of its own with these bodies. */
    public static Webdis start(Map<Integer, String> bodies) {
        Path program = Installed.require("webdis", "webdis", "webdis");
        Redis redis = Redis.start();
        try {
            redis.load(bodies);
            Path folder = Guard.ofThisJvm().newFolder("webdis");
            int port = Ports.free();
            Path configuration = folder.resolve("webdis.json");
            Files.writeString(
                    configuration,
                    """
                    {"redis_host":"127.0.0.1","redis_port":%d,"redis_auth":null,
                     "http_host":"127.0.0.1","http_port":%d,"threads":%d,"pool_size":20,
                     "daemonize":false,"websockets":false,"database":0,
                     "acl":[{"disabled":["DEBUG"]}],"verbosity":1,"logfile":"%s"}
                    """
                            .formatted(
                                    redis.port(),
                                    port,
                                    Runtime.getRuntime().availableProcessors(),
                                    folder.resolve("requests.log")));
            return new Webdis(
                    RunningProgram.start(
                            "webdis",
                            List.of(program.toString(), configuration.toString()),
                            Map.of(),
                            folder,
                            port,
                            READY_TIMEOUT),
                    redis);
        } catch (IOException e) {
            redis.close();
            throw new UncheckedIOException(e);
        } catch (RuntimeException e) {
            redis.close();
            throw e;
        }
    }

    @Override
    public String name() {
        return "webdis → one Redis";
    }

    @Override
    public URI uri() {
        return program.uri();
    }

    /** The suffix asks for the value alone, and not within a JSON object. */
    @Override
    public String target(int row) {
        return "/GET/" + Redis.key(row) + ".txt";
    }

    @Override
    public List<Long> pids() {
        return List.of(program.pid(), redis.pid());
    }

    public List<Long> webdisPids() {
        return List.of(program.pid());
    }

    public List<Long> redisPids() {
        return List.of(redis.pid());
    }

    @Override
    public void close() {
        program.close();
        redis.close();
    }
}

package dev.tidemark.benchmarks.peer;

import dev.tidemark.benchmarks.measure.MeasurementException;
import dev.tidemark.benchmarks.program.Installed;
import dev.tidemark.benchmarks.program.RunningProgram;
import dev.tidemark.quickstart.process.Guard;
import dev.tidemark.quickstart.process.Ports;
import dev.tidemark.quickstart.redis.RedisCluster;
import dev.tidemark.quickstart.redis.RespConnection;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** One Redis without a cluster, with bodies as plain strings. */
public final class Redis implements AutoCloseable {

    private static final Duration READY_TIMEOUT = Duration.ofSeconds(10);

    private final RunningProgram program;

    private Redis(RunningProgram program) {
        this.program = program;
    }

    public static Redis start() {
        int port = Ports.free();
        Path folder = Guard.ofThisJvm().newFolder("redis-alone");
        return new Redis(
                RunningProgram.start(
                        "redis-server",
                        List.of(
                                program().toString(),
                                "--port",
                                Integer.toString(port),
                                "--bind",
                                "127.0.0.1",
                                "--save",
                                "",
                                "--appendonly",
                                "no",
                                "--dir",
                                folder.toString()),
                        Map.of(),
                        folder,
                        port,
                        READY_TIMEOUT));
    }

    /** The installed {@code redis-server}, else the embedded one. */
    public static Path program() {
        return Installed.find("redis-server").orElseGet(RedisCluster::embeddedProgram);
    }

    /** Which one that is, for a table. */
    public static String programName() {
        return Installed.find("redis-server")
                .map(Path::toString)
                .orElse("the embedded Redis, which is slower than Debian's");
    }

    /** The key of a row. */
    public static String key(int row) {
        return "item:" + row;
    }

    /** Keeps the bodies under their rows' keys. */
    public void load(Map<Integer, String> bodies) {
        try (RespConnection connection = connect()) {
            for (Map.Entry<Integer, String> body : bodies.entrySet()) {
                connection.call("SET", key(body.getKey()), body.getValue());
            }
        } catch (IOException e) {
            throw new MeasurementException("Redis: " + e.getMessage(), e);
        }
    }

    /** What it has allocated, its own overhead included. */
    public long usedBytes() {
        try (RespConnection connection = connect()) {
            return RedisMemory.usedBytes(connection);
        } catch (IOException e) {
            throw new MeasurementException("Redis: " + e.getMessage(), e);
        }
    }

    private RespConnection connect() throws IOException {
        return new RespConnection("127.0.0.1", port(), null);
    }

    public int port() {
        return program.port();
    }

    public long pid() {
        return program.pid();
    }

    @Override
    public void close() {
        program.close();
    }
}

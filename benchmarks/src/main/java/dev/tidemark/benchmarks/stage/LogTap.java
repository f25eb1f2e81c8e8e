package dev.tidemark.benchmarks.stage;

import dev.tidemark.benchmarks.stage.RedisReplies.RefusedException;
import dev.tidemark.common.log.LogCodec;
import dev.tidemark.common.wire.MalformedException;
import dev.tidemark.quickstart.redis.RedisCluster;
import dev.tidemark.quickstart.redis.RedisNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whether the change is in the log: reads its stream as every cache-service does. */
public final class LogTap extends Tap {

    private static final String STREAM = "tm:{log}:records";

    private final RedisReplies connection;

    public LogTap(RedisCluster redis) throws IOException {
        super("in the log");
        connection = master(redis);
        start(this::follow);
    }

    private static RedisReplies master(RedisCluster redis) throws IOException {
        for (RedisNode node : redis.nodes()) {
            RedisReplies connection = new RedisReplies(node.host(), node.port(), redis.password());
            try {
                var _ = connection.call("XLEN", STREAM);
                return connection;
            } catch (RefusedException e) {
                connection.close(); // MOVED: it is another node's
            }
        }
        throw new IOException("no node of Redis has the log");
    }

    private void follow() throws IOException, MalformedException {
        String last = "$";
        while (isOpen()) {
            Object reply =
                    connection.call(
                            "XREAD", "COUNT", "512", "BLOCK", "500", "STREAMS", STREAM, last);
            long now = System.nanoTime();
            if (reply == null) {
                continue;
            }
            // [[key, [[id, [field, record]], …]]]
            for (Object message : list(list(list(reply).getFirst()).get(1))) {
                last = new String(bytes(list(message).getFirst()), StandardCharsets.US_ASCII);
                byte[] record = bytes(list(list(message).get(1)).get(1));
                passed(LogCodec.decodeRecord(ByteBuffer.wrap(record)), now);
            }
        }
    }

    private static List<?> list(@Nullable Object reply) throws IOException {
        if (reply instanceof List<?> list) {
            return list;
        }
        throw new IOException("not a list: " + reply);
    }

    private static byte[] bytes(@Nullable Object reply) throws IOException {
        if (reply instanceof byte[] bytes) {
            return bytes;
        }
        throw new IOException("not bytes: " + reply);
    }

    @Override
    public void close() {
        super.close();
        try {
            connection.close();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}

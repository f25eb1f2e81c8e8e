package dev.tidemark.benchmarks.peer;

import dev.tidemark.benchmarks.measure.MeasurementException;
import dev.tidemark.quickstart.redis.RedisCluster;
import dev.tidemark.quickstart.redis.RedisNode;
import dev.tidemark.quickstart.redis.RespConnection;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** What keys and values take in Redis, everything around them included. */
public final class RedisMemory {

    private RedisMemory() {}

    /** In all masters of a cluster together. */
    public static long usedBytes(RedisCluster cluster) {
        long bytes = 0;
        for (RedisNode node : cluster.nodes()) {
            if (node.isMaster()) {
                try (RespConnection connection =
                        new RespConnection(node.host(), node.port(), cluster.password())) {
                    bytes += usedBytes(connection);
                } catch (IOException e) {
                    throw new MeasurementException("Redis: " + e.getMessage(), e);
                }
            }
        }
        return bytes;
    }

    /** Of one node: all that it has allocated, but for what depends on who is connected. */
    static long usedBytes(RespConnection connection) throws IOException {
        Map<String, Long> fields = new HashMap<>();
        connection
                .call("INFO", "memory")
                .lines()
                .map(line -> line.strip().split(":", 2))
                .filter(field -> field.length == 2 && field[1].matches("[0-9]{1,18}"))
                .forEach(field -> fields.put(field[0], Long.parseLong(field[1])));
        Long used = fields.get("used_memory");
        if (used == null) {
            throw new MeasurementException("Redis does not tell its memory");
        }
        return used
                - fields.getOrDefault("mem_total_replication_buffers", 0L)
                - fields.getOrDefault("mem_clients_normal", 0L);
    }
}

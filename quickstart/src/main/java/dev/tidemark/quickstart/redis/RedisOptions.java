package dev.tidemark.quickstart.redis;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How an embedded Redis Cluster is started.
 *
 * @param password what clients and the nodes themselves must say; null for none
 * @param memoryBytesMax of each node; 0 for no limit
 * @param logDirectory folder for the logs of the nodes; null for the temporary folder
 */
public record RedisOptions(
        @Nullable String password, long memoryBytesMax, @Nullable Path logDirectory) {
    /** No password, and enough memory for tests. */
    public static RedisOptions defaults() {
        return new RedisOptions(null, 256L << 20, null);
    }

    public RedisOptions withPassword(String secret) {
        return new RedisOptions(secret, memoryBytesMax, logDirectory);
    }

    public RedisOptions withLogDirectory(Path directory) {
        return new RedisOptions(password, memoryBytesMax, directory);
    }
}

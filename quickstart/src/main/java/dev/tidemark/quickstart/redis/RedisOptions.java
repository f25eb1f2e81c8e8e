package dev.tidemark.quickstart.redis;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How an embedded Redis Cluster is started.
 *
 * @param password what clients and the nodes themselves must say; null for none
 * @param memoryBytesMax of each node; 0 for no limit
 * @param logDirectory folder for the logs of the nodes; null for the temporary folder
 * @param program a {@code redis-server} of version 7 or later; null for the embedded one
 */
public record RedisOptions(
        @Nullable String password,
        long memoryBytesMax,
        @Nullable Path logDirectory,
        @Nullable Path program) {
    /** No password, and enough memory for tests. */
    public static RedisOptions defaults() {
        return new RedisOptions(null, 256L << 20, null, null);
    }

    public RedisOptions withPassword(String secret) {
        return new RedisOptions(secret, memoryBytesMax, logDirectory, program);
    }

    public RedisOptions withLogDirectory(Path directory) {
        return new RedisOptions(password, memoryBytesMax, directory, program);
    }

    public RedisOptions withProgram(@Nullable Path file) {
        return new RedisOptions(password, memoryBytesMax, logDirectory, file);
    }
}

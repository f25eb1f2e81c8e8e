package dev.tidemark.testing;

import dev.tidemark.quickstart.redis.RedisCluster;
import dev.tidemark.quickstart.redis.RedisOptions;
import java.util.List;

/** The embedded Redis Cluster. It ends with the JVM, so nothing here closes it. */
final class EmbeddedRedisBackend implements RedisBackend {
    private final RedisCluster cluster = RedisCluster.start(RedisOptions.defaults());

    @Override
    public List<String> nodes() {
        return cluster.addresses();
    }
}

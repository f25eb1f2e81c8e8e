package dev.tidemark.testing;

import java.util.List;

/**
 * A real Redis Cluster of three masters and three replicas, without password. It is shared: a test
 * uses keys of its own, and one that kills nodes starts its own cluster with {@link
 * dev.tidemark.quickstart.redis.RedisCluster} instead.
 */
public interface RedisBackend {
    /** {@code host:port} of each node. */
    List<String> nodes();

    /** The nodes as {@code tidemark.redis.nodes} takes them. */
    default String nodeList() {
        return String.join(",", nodes());
    }
}

/**
 * A real Redis Cluster of three masters and three replicas as child processes. Start reading at
 * {@link dev.tidemark.quickstart.redis.RedisCluster}. Depends on {@code process}; it speaks the few
 * commands it needs over a plain socket, so that the launcher carries no Redis client.
 */
@NullMarked
package dev.tidemark.quickstart.redis;

import org.jspecify.annotations.NullMarked;

package dev.tidemark.cache.redis;

import dev.tidemark.common.log.LogPosition;
import io.lettuce.core.RedisException;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Up to where a replica is known to have the log. Redis is asked behind the append's back, by WAIT
 * on the append's own connection, which means the writes of that connection; one question at a
 * time, since the next append waits behind it.
 *
 * <p>Where there is no replica to ask, nothing would ever be known, and PostgreSQL would keep its
 * WAL until the disk is full. Then the log's end counts, and that is said.
 */
final class ReplicaAcks {

    private static final Logger log = LoggerFactory.getLogger(ReplicaAcks.class);

    /** How long appends are left alone after a question that took all its time. */
    private static final Duration REST = Duration.ofSeconds(1);

    /** In the reply to ROLE. */
    private static final int REPLICAS = 2;

    private final long patienceMillis;
    private final LongSupplier nanos;

    private LogPosition durable = LogPosition.NONE;
    private boolean asking;
    private boolean unreplicated;
    private boolean resting;
    private long restsUntilNanos;

    /**
     * @param patience how long a question may hold up the next append
     */
    ReplicaAcks(Duration patience, LongSupplier nanos) {
        this.patienceMillis = Math.max(1, patience.toMillis());
        this.nanos = nanos;
    }

    synchronized boolean isUnreplicated() {
        return unreplicated;
    }

    /** Up to where, in a log that ends there. */
    synchronized LogPosition durable(LogPosition tail) {
        if (unreplicated) {
            return tail;
        }
        // Else what was known is of a log that has been lost since.
        boolean current = durable.generation() == tail.generation() && !durable.isAfter(tail);
        return current ? durable : LogPosition.NONE;
    }

    /** Records up to this one have been written by this connection. */
    void appended(RedisAsyncCommands<byte[], byte[]> connection, LogPosition tail) {
        if (!begin()) {
            return;
        }
        CompletableFuture<?> asked;
        try {
            asked = isUnreplicated() ? role(connection) : ask(connection, tail);
        } catch (RedisException e) {
            // The records are in the log all the same.
            asked = CompletableFuture.failedFuture(e);
        }
        var _ = asked.whenComplete((_, _) -> end());
    }

    private CompletableFuture<?> ask(
            RedisAsyncCommands<byte[], byte[]> connection, LogPosition tail) {
        return connection
                .waitForReplication(1, patienceMillis)
                .toCompletableFuture()
                .thenCompose(replicas -> {
                    if (replicas > 0) {
                        known(tail);
                        return CompletableFuture.completedFuture(null);
                    }
                    return role(connection);
                });
    }

    private synchronized boolean begin() {
        if (asking || (resting && nanos.getAsLong() - restsUntilNanos < 0)) {
            return false;
        }
        asking = true;
        resting = false;
        return true;
    }

    private synchronized void known(LogPosition position) {
        durable = position;
    }

    private CompletableFuture<?> role(RedisAsyncCommands<byte[], byte[]> connection) {
        return connection.role().toCompletableFuture().thenAccept(this::hasRole);
    }

    private synchronized void hasRole(List<Object> role) {
        boolean none =
                role.size() > REPLICAS
                        && role.get(REPLICAS) instanceof List<?> replicas
                        && replicas.isEmpty();
        if (none && !unreplicated) {
            log.warn(
                    "The log's shard of Redis has no replica: if its master is lost, so is the log,"
                            + " and the caches start anew");
        } else if (!none && unreplicated) {
            log.info("The log's shard of Redis has a replica again");
        }
        unreplicated = none;
        resting = true;
        restsUntilNanos = nanos.getAsLong() + REST.toNanos();
    }

    private synchronized void end() {
        asking = false;
    }
}

package dev.tidemark.cache.redis;

import io.lettuce.core.RedisCommandTimeoutException;
import io.lettuce.core.RedisException;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * The one connection to the cluster that all commands share. The first contact is made behind the
 * service's back, however long it takes: from then on Lettuce keeps it.
 *
 * <p>Spring Data's own shared connection is not used: it is made on first use, in the caller's
 * thread, which would make look-ups wait while Redis is down.
 */
final class ClusterConnection implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(ClusterConnection.class);

    /** At most this often does silence make the topology be asked for. */
    private static final Duration DOUBT = Duration.ofSeconds(2);

    private final LettuceConnectionFactory factory;
    private final Duration retryDelay;
    private final ScheduledExecutorService connector =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofVirtual().name("redis-connector").factory());

    private volatile @Nullable StatefulRedisClusterConnection<byte[], byte[]> connection;
    private volatile boolean running;
    private boolean complained;
    private final AtomicLong doubtedNanos = new AtomicLong(System.nanoTime() - DOUBT.toNanos());

    ClusterConnection(LettuceConnectionFactory factory, Duration retryDelay) {
        this.factory = factory;
        this.retryDelay = retryDelay;
    }

    /** Empty until the first contact. */
    Optional<StatefulRedisClusterConnection<byte[], byte[]>> get() {
        return Optional.ofNullable(connection);
    }

    /**
     * Takes any failure of a command. A node that does not answer may have been replaced: it is the
     * one sign of a failover that Lettuce does not act upon, since the connection is still there.
     */
    void notice(Throwable failure) {
        if (!(failure instanceof RedisCommandTimeoutException)) {
            return;
        }
        long now = System.nanoTime();
        long last = doubtedNanos.get();
        if (now - last >= DOUBT.toNanos() && doubtedNanos.compareAndSet(last, now) && running) {
            var _ =
                    client().refreshPartitionsAsync()
                            .whenComplete(
                                    (_, failed) -> log.debug("Asked for the topology", failed));
        }
    }

    @Override
    public void start() {
        running = true;
        connector.execute(this::connect);
    }

    private void connect() {
        try {
            connection = client().connect(ByteArrayCodec.INSTANCE);
            log.info("Connected to the Redis Cluster");
        } catch (RedisException | IllegalStateException e) {
            if (!running) {
                return;
            }
            if (!complained) {
                complained = true;
                log.warn("The Redis Cluster cannot be reached yet, trying on: {}", firstLine(e));
            }
            log.debug("The Redis Cluster cannot be reached yet", e);
            var _ = connector.schedule(this::connect, retryDelay.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private RedisClusterClient client() {
        return (RedisClusterClient) factory.getRequiredNativeClient();
    }

    /** The others name each node again. */
    private static String firstLine(Exception failure) {
        return String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
    }

    @Override
    public void stop() {
        running = false;
        connector.shutdownNow();
        var last = connection;
        if (last != null) {
            last.close();
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** After the factory, whose client it uses; before the web server. */
    @Override
    public int getPhase() {
        return factory.getPhase() + 1;
    }
}

package dev.tidemark.cache.redis;

import io.lettuce.core.RedisCommandExecutionException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices that a node of Redis has no memory left, and nothing that it may evict. Whoever asked is
 * served as if the node were away; but unlike that, it does not end by itself, so it is said.
 */
final class FullNodes {

    private static final Logger log = LoggerFactory.getLogger(FullNodes.class);

    /** Each command of each key of the node says it. */
    private static final Duration SILENCE = Duration.ofMinutes(1);

    private final Counter refusals;
    private final LongSupplier nanos;
    private boolean said;
    private long saidNanos;

    FullNodes(MeterRegistry meters, LongSupplier nanos) {
        this.nanos = nanos;
        refusals =
                Counter.builder("tidemark.redis.full")
                        .description("Commands refused by a node of Redis that has no memory left")
                        .register(meters);
    }

    /** Takes any failure, and counts those that are of this kind. */
    void notice(Throwable failure) {
        if (failure instanceof RedisCommandExecutionException refused
                && refused.getMessage() != null
                && refused.getMessage().contains("OOM command not allowed")) {
            refusals.increment();
            say(refused.getMessage());
        }
    }

    private synchronized void say(String message) {
        long now = nanos.getAsLong();
        if (!said || now - saidNanos > SILENCE.toNanos()) {
            said = true;
            saidNanos = now;
            log.warn(
                    "A node of Redis has no memory left and nothing to evict: raise its maxmemory,"
                            + " and let maxmemory-policy be volatile-lfu. {}",
                    message);
        }
    }
}

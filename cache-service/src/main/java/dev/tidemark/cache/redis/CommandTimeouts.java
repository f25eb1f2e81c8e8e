package dev.tidemark.cache.redis;

import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.protocol.CommandType;
import io.lettuce.core.protocol.RedisCommand;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * More time for the log's commands than for look-ups: they may wait for something to happen, or
 * carry megabytes.
 */
final class CommandTimeouts extends TimeoutOptions.TimeoutSource {

    private static final Duration LOG_TIMEOUT = Duration.ofSeconds(2);

    private final long nanos;
    private final long logNanos;
    private final ByteBuffer logPrefix;

    CommandTimeouts(Duration timeout, LogKeys log) {
        this.nanos = timeout.toNanos();
        this.logNanos = Math.max(nanos, LOG_TIMEOUT.toNanos());
        this.logPrefix = ByteBuffer.wrap(log.prefix().getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public long getTimeout(RedisCommand<?, ?, ?> command) {
        if (command.getArgs() == null) {
            return nanos;
        }
        ByteBuffer key = command.getArgs().getFirstEncodedKey();
        boolean log = key == null ? command.getType() == CommandType.WAIT : isOfLog(key);
        return log ? logNanos : nanos;
    }

    private boolean isOfLog(ByteBuffer key) {
        int length = logPrefix.remaining();
        return key.remaining() > length
                && key.slice(key.position(), length).equals(logPrefix.duplicate());
    }

    @Override
    public TimeUnit getTimeUnit() {
        return TimeUnit.NANOSECONDS;
    }
}

package dev.tidemark.quickstart.redis;

/**
 * The embedded Redis Cluster could not be started or used; the message is one line for a person.
 */
public final class RedisException extends RuntimeException {
    RedisException(String message) {
        super(message);
    }

    RedisException(String message, Throwable cause) {
        super(message, cause);
    }
}

package dev.tidemark.quickstart.postgres;

/** An embedded PostgreSQL could not be started or used; the message is one line for a person. */
public final class PostgresException extends RuntimeException {
    PostgresException(String message) {
        super(message);
    }

    PostgresException(String message, Throwable cause) {
        super(message, cause);
    }
}

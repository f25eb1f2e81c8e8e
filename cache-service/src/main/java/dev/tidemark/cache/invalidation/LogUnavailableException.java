package dev.tidemark.cache.invalidation;

/** The log cannot be asked; what was asked of it may have been done all the same. */
public final class LogUnavailableException extends RuntimeException {

    public LogUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}

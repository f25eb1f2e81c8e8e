package dev.tidemark.quickstart.load;

/**
 * A dump could not be loaded; the message is one line for a person and begins with the file, and
 * the line in it where there is one.
 */
public final class LoadException extends RuntimeException {
    LoadException(String message) {
        super(message);
    }

    LoadException(String message, Throwable cause) {
        super(message, cause);
    }
}

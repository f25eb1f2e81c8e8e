package dev.tidemark.quickstart.launch;

/** The suite cannot be started; the message is one line for a person that says what to do. */
public final class StartException extends RuntimeException {
    StartException(String message) {
        super(message);
    }

    StartException(String message, Throwable cause) {
        super(message, cause);
    }
}

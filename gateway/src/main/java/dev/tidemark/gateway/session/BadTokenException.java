package dev.tidemark.gateway.session;

/** A token that nobody here has made. Its message says what is wrong, for its client. */
public final class BadTokenException extends Exception {

    private static final long serialVersionUID = 1;

    BadTokenException(String message) {
        // A client can cause it at will: no stack trace to pay for.
        super(message, null, false, false);
    }
}

package dev.tidemark.gateway.resilience;

/** The instance is left alone for now. */
public final class BreakerOpenException extends RuntimeException {

    private static final long serialVersionUID = 1;

    BreakerOpenException(String name) {
        // Thrown often and on purpose: no stack trace to pay for.
        super("the breaker '" + name + "' is open", null, false, false);
    }
}

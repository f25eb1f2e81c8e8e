package dev.tidemark.gateway.resilience;

/** So much is under way already that a call was shed. */
public final class OverloadedException extends RuntimeException {

    private static final long serialVersionUID = 1;

    OverloadedException() {
        // Thrown often and on purpose: no stack trace to pay for.
        super("too many calls at once", null, false, false);
    }
}

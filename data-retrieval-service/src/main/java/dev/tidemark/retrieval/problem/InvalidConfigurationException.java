package dev.tidemark.retrieval.problem;

/**
 * A setting that the service cannot run with. The message names the property and never repeats a
 * value that may be secret.
 */
public final class InvalidConfigurationException extends RuntimeException {

    public InvalidConfigurationException(String message) {
        super(message);
    }

    /** Throws unless the condition holds. */
    public static void require(boolean condition, String message) {
        if (!condition) {
            throw new InvalidConfigurationException(message);
        }
    }
}

package dev.tidemark.retrieval.read;

/** An answer is too large to be aggregated, and is not streamed from here. */
final class TooLargeException extends Exception {

    private static final long serialVersionUID = 1;

    TooLargeException() {
        super("too large", null, false, false);
    }
}

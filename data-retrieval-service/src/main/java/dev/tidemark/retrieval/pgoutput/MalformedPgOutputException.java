package dev.tidemark.retrieval.pgoutput;

/** Bytes that are not what {@code pgoutput} sends, or not in an order that it sends them in. */
public final class MalformedPgOutputException extends Exception {

    MalformedPgOutputException(String message) {
        super(message);
    }
}

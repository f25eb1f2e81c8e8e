package dev.tidemark.gateway.compression;

/** A stored body that is not the gzip that it claims to be. */
public final class CorruptBodyException extends Exception {

    private static final long serialVersionUID = 1;

    CorruptBodyException(String message) {
        super("a gzip body is corrupt: " + message);
    }
}

package dev.tidemark.common.wire;

/** Bytes that are not what their format says, or of a format that is not known. */
public final class MalformedException extends Exception {

    public MalformedException(String message) {
        super(message);
    }
}

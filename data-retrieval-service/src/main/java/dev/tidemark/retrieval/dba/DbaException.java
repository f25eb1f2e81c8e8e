package dev.tidemark.retrieval.dba;

/** Something that a command cannot do, in words for the person at the terminal. */
final class DbaException extends RuntimeException {

    DbaException(String message) {
        super(message);
    }
}

package dev.tidemark.retrieval.change;

import org.jspecify.annotations.Nullable;

/** Why a capture session cannot go on; another one may. */
final class SessionEndedException extends Exception {

    SessionEndedException(String message) {
        super(message);
    }

    SessionEndedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}

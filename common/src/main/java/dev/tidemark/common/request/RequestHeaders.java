package dev.tidemark.common.request;

import java.util.List;
import java.util.Optional;

/** The header fields of a request, whatever web framework holds them. */
@FunctionalInterface
public interface RequestHeaders {

    /**
     * The values of all fields of this name (in any case), in their order; empty if there is none.
     */
    List<String> all(String name);

    /** The first value, if any. */
    default Optional<String> first(String name) {
        return all(name).stream().findFirst();
    }
}

package dev.tidemark.common.request;

import java.util.Optional;

/**
 * One criterion by which rows are ordered.
 *
 * @param nullsFirst where nulls go; empty for PostgreSQL's default (last ascending, first
 *     descending)
 */
public record OrderTerm(String column, boolean descending, Optional<Boolean> nullsFirst) {

    public OrderTerm {
        // Saying the default is saying nothing: one canonical form.
        if (nullsFirst.isPresent() && nullsFirst.get() == descending) {
            nullsFirst = Optional.empty();
        }
    }
}

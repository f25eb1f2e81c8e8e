package dev.tidemark.common.request;

import java.util.Locale;
import java.util.Optional;

/** The comparisons of PostgREST's dialect. */
public enum Operator {
    EQ,
    NEQ,
    GT,
    GTE,
    LT,
    LTE,
    LIKE,
    ILIKE,
    MATCH,
    IMATCH,
    IN,
    IS,
    ISDISTINCT,
    /** Contains ({@code @>}). */
    CS,
    /** Is contained ({@code <@}). */
    CD,
    /** Overlaps ({@code &&}). */
    OV,
    FTS,
    PLFTS,
    PHFTS,
    WFTS;

    private final String text = name().toLowerCase(Locale.ROOT);

    /** As it stands in a request. */
    public String text() {
        return text;
    }

    /** Whether it may name a text search configuration, as in {@code fts(english)}. */
    public boolean isTextSearch() {
        return switch (this) {
            case FTS, PLFTS, PHFTS, WFTS -> true;
            default -> false;
        };
    }

    static Optional<Operator> find(String text) {
        for (Operator operator : values()) {
            if (operator.text.equals(text)) {
                return Optional.of(operator);
            }
        }
        return Optional.empty();
    }
}

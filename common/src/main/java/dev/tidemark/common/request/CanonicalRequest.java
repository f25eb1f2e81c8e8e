package dev.tidemark.common.request;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A read in the one form that all equivalent requests share. The cache key is made of it and the
 * origin is sent it, so no difference between two parsers can poison the cache.
 *
 * @param profile the schema, if {@code Accept-Profile} names one; else the origin's default
 * @param table the table or view
 * @param key the parts of the primary key for a read of one row by path, else empty
 * @param select the columns of the answer in their order; empty for all
 * @param where which rows: an AND of what the query names
 * @param order empty for the primary key's
 * @param limit at most so many rows; empty for the origin's default
 * @param offset so many rows are skipped first
 * @param object whether exactly one row is asked for, as an object ({@code Accept:
 *     application/vnd.pgrst.object+json}); false for a read by path, which is one anyway
 * @param counted whether the number of all rows is asked for ({@code Prefer: count=exact})
 */
public record CanonicalRequest(
        Optional<String> profile,
        String table,
        List<String> key,
        List<SelectItem> select,
        Condition.Junction where,
        List<OrderTerm> order,
        OptionalLong limit,
        long offset,
        boolean object,
        boolean counted) {

    /** The path below which tables are served. */
    public static final String ROOT = "/rest/v1/";

    public CanonicalRequest {
        key = List.copyOf(key);
        select = select.equals(List.of(SelectItem.ALL)) ? List.of() : List.copyOf(select);
        order = List.copyOf(order);
        if (!key.isEmpty()) {
            object = false;
            counted = false;
        }
    }

    /** Whether this reads one row by its primary key. */
    public boolean isByKey() {
        return !key.isEmpty();
    }

    /** Path and query, percent-encoded: parsing it again gives this request. */
    public String target() {
        return CanonicalText.target(this);
    }

    /** The value of the {@code Accept} header that says what {@link #object} says. */
    public String accept() {
        return object ? MediaTypes.OBJECT : MediaTypes.JSON;
    }

    /** The whole request as one text: equal if and only if the requests are. */
    public String text() {
        return profile.map(CanonicalText::encode).orElse("")
                + (object ? " object" : " array")
                + (counted ? " counted " : " ")
                + target();
    }
}

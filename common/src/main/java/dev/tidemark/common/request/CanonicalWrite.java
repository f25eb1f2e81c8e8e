package dev.tidemark.common.request;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A write in the one form that gateway and origin agree on: all of a request save its body and what
 * only its client's own answer depends on.
 *
 * @param method what is done
 * @param profile the schema, if {@code Content-Profile} names one; else the origin's default
 * @param table the table or view
 * @param key the parts of the primary key for a write of one row by path, else empty
 * @param where which rows are changed: an AND of what the query names; nothing on an insert
 * @param select the columns of the representation in their order; empty for all
 * @param columns which members of the body are written; empty for those that it has
 * @param onConflict the columns by which an existing row is recognised; empty for the primary key
 * @param resolution what becomes of rows that exist already, on an insert
 * @param returned how much is answered
 * @param missingDefault whether a column that a row does not name gets its default rather than null
 * @param object whether the representation is exactly one row, as an object; false for a write by
 *     path, which is one anyway
 * @param counted whether the number of rows is to be told
 */
public record CanonicalWrite(
        Method method,
        Optional<String> profile,
        String table,
        List<String> key,
        Condition.Junction where,
        List<SelectItem> select,
        Optional<List<String>> columns,
        List<String> onConflict,
        Optional<Resolution> resolution,
        Returned returned,
        boolean missingDefault,
        boolean object,
        boolean counted) {

    /** What is done to rows, and the HTTP method that asks for it. */
    public enum Method {
        INSERT("POST"),
        UPDATE("PATCH"),
        /** Insert or update of one row, by its key. */
        REPLACE("PUT"),
        DELETE("DELETE");

        private final String http;

        Method(String http) {
            this.http = http;
        }

        /** The HTTP method. */
        public String http() {
            return http;
        }

        /** Whether the request's body says what is written. */
        public boolean hasBody() {
            return this != DELETE;
        }

        static Optional<Method> find(String http) {
            for (Method method : values()) {
                if (method.http.equals(http)) {
                    return Optional.of(method);
                }
            }
            return Optional.empty();
        }
    }

    /** What becomes of rows that exist already ({@code Prefer: resolution=…}). */
    public enum Resolution {
        MERGE_DUPLICATES("resolution=merge-duplicates"),
        IGNORE_DUPLICATES("resolution=ignore-duplicates");

        private final String preference;

        Resolution(String preference) {
            this.preference = preference;
        }

        String preference() {
            return preference;
        }
    }

    /** How much is answered ({@code Prefer: return=…}). */
    public enum Returned {
        MINIMAL("return=minimal"),
        HEADERS_ONLY("return=headers-only"),
        REPRESENTATION("return=representation");

        private final String preference;

        Returned(String preference) {
            this.preference = preference;
        }

        String preference() {
            return preference;
        }
    }

    public CanonicalWrite {
        key = List.copyOf(key);
        select = select.equals(List.of(SelectItem.ALL)) ? List.of() : List.copyOf(select);
        columns = columns.map(List::copyOf);
        onConflict = List.copyOf(onConflict);
        if (!key.isEmpty()) {
            object = false;
        }
    }

    /** Whether this writes one row by its primary key in the path. */
    public boolean isByKey() {
        return !key.isEmpty();
    }

    /** Whether nothing says which rows are meant. */
    public boolean isUnfiltered() {
        return key.isEmpty() && where.conditions().isEmpty();
    }

    /** Path and query, percent-encoded: parsing it again, with the headers, gives this write. */
    public String target() {
        return CanonicalText.target(this);
    }

    /** The value of the {@code Accept} header that says what {@link #object} says. */
    public String accept() {
        return object ? MediaTypes.OBJECT : MediaTypes.JSON;
    }

    /** The value of the {@code Prefer} header that says the rest. */
    public String prefer() {
        List<String> preferences = new ArrayList<>();
        preferences.add(returned.preference());
        resolution.ifPresent(chosen -> preferences.add(chosen.preference()));
        if (missingDefault) {
            preferences.add("missing=default");
        }
        if (counted) {
            preferences.add("count=exact");
        }
        return String.join(", ", preferences);
    }

    /** The whole write, without its body, as one text: equal if and only if the writes are. */
    public String text() {
        return String.join(
                " ",
                method.http(),
                profile.map(CanonicalText::encode).orElse(""),
                accept(),
                prefer(),
                target());
    }
}

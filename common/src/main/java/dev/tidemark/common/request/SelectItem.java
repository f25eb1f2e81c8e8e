package dev.tidemark.common.request;

import java.util.Optional;

/**
 * A column of the answer.
 *
 * @param column its name, or {@code *} for all that are served
 * @param alias the name under which it is answered, if another
 * @param cast the type that it is converted to, as in the request; not checked against any
 *     catalogue
 */
public record SelectItem(String column, Optional<String> alias, Optional<String> cast) {

    public static final SelectItem ALL = new SelectItem("*", Optional.empty(), Optional.empty());

    public boolean isAll() {
        return this.equals(ALL);
    }
}

package dev.tidemark.retrieval.pgoutput;

import java.sql.SQLException;
import java.util.List;

/**
 * The primary key's columns in the key's own order. A message about a table says which columns are
 * the key, but not in which order, and row tags depend on that.
 */
@FunctionalInterface
public interface KeyColumns {

    /**
     * The names, in the key's order.
     *
     * @param table the table's oid, unsigned
     * @return empty if there is no such table any more, or if it has no primary key
     */
    List<String> of(int table) throws SQLException;
}

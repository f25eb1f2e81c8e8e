package dev.tidemark.retrieval.query;

import dev.tidemark.retrieval.table.Column;
import java.util.ArrayList;
import java.util.List;

/**
 * One statement that reads several rows of a table, each by its key. It has a row for each key, in
 * any order: the columns of a {@link TableQuery} of one row, and {@code number}, which of the keys
 * it is for, from 1.
 *
 * <p>Equal to itself only: requests of one shape have the same.
 */
public final class RowsQuery {

    /** Begins a mark, and no text that PostgreSQL could take. */
    private static final char MARK = '\0';

    /** What the rows of one answer may come to, in bytes, as far as can be told beforehand. */
    private static final int BYTES = 512 * 1024;

    private static final int ROWS_MAX = 64;

    /** Before anything is known of the rows' size. */
    private static final int FIRST_ROWS = 8;

    private final String sql;
    private final List<Object> parameters;
    private final List<Column> key;
    private volatile int rowsMax = FIRST_ROWS;

    /**
     * @param parameters in their order, text or numbers; {@link #mark}s where arrays of the keys'
     *     values go
     */
    RowsQuery(String sql, List<Object> parameters, List<Column> key) {
        this.sql = sql;
        this.parameters = List.copyOf(parameters);
        this.key = List.copyOf(key);
    }

    /**
     * Stands for an array.
     *
     * @param index of the column in the key, from 0
     */
    static String mark(int index) {
        return MARK + Integer.toString(index);
    }

    public String sql() {
        return sql;
    }

    /** How many columns the key has. */
    public int keyColumns() {
        return key.size();
    }

    /**
     * The parameters of the statement for these keys, all text or numbers.
     *
     * @param keys each with a part for each column, as in the requests
     */
    public List<Object> parameters(List<List<String>> keys) {
        List<Object> filled = new ArrayList<>();
        for (Object parameter : parameters) {
            filled.add(
                    parameter instanceof String text && text.indexOf(MARK) == 0
                            ? array(keys, Integer.parseInt(text.substring(1)))
                            : parameter);
        }
        return filled;
    }

    private String array(List<List<String>> keys, int index) {
        return Sql.arrayLiteral(
                keys.stream().map(parts -> parts.get(index)).toList(),
                key.get(index).type().delimiter());
    }

    /** How many rows to ask for at once, by the size of those that came last. */
    public int rowsMax() {
        return rowsMax;
    }

    /** So large an answer came of so many keys. */
    public void answered(int keys, long bytes) {
        rowsMax = Math.clamp(BYTES / Math.max(1, bytes / keys), 1, ROWS_MAX);
    }
}

package dev.tidemark.retrieval.read;

import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a statement says of one row that is asked for by its key.
 *
 * @param found null if there is no such row
 */
record KeyedRow(Snapshot snapshot, @Nullable Found found) {

    /**
     * The row.
     *
     * @param json in UTF-8
     * @param hash differs where what is served of two rows does
     * @param key its parts, as PostgreSQL prints them; empty where the statement does not tell
     */
    @SuppressWarnings("ArrayRecordComponent") // nobody compares them
    record Found(byte[] json, String hash, List<String> key) {}

    /** Reads the only row of a statement. */
    static KeyedRow of(Cursor cursor) throws SQLException {
        byte[] json = cursor.next();
        return new KeyedRow(
                cursor.snapshot(),
                json == null ? null : new Found(json, cursor.rowHash(), cursor.rowKey()));
    }
}

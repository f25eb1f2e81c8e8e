package dev.tidemark.retrieval.write;

import dev.tidemark.common.problem.ProblemType;
import dev.tidemark.retrieval.problem.ProblemException;
import dev.tidemark.retrieval.query.WriteSql;
import dev.tidemark.retrieval.query.WriteStatement;
import dev.tidemark.retrieval.table.RowKey;
import java.io.ByteArrayOutputStream;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a statement has written, not committed yet.
 *
 * @param xid the transaction's
 * @param incarnation of the database; 0 where there is none
 * @param total how many rows
 * @param inserted how many of them are new
 * @param matching how many rows of the body have the key asked for; empty unless one is
 * @param keys of the rows, old and new; not all of them if there are many
 * @param firstKey the parts of the first row's; empty if it is not known
 * @param json the rows, if they were asked for, as the inside of an array
 * @param firstHash the first row's hash, if the rows were asked for
 */
@SuppressWarnings("ArrayRecordComponent") // handed on, never changed
record WrittenRows(
        long xid,
        long incarnation,
        long total,
        long inserted,
        OptionalLong matching,
        Set<String> keys,
        List<String> firstKey,
        byte[] json,
        @Nullable String firstHash) {

    private static final byte[] SEPARATOR = {',', '\n'};

    /** Rows are fetched a few at a time, so that a huge answer is refused before it is held. */
    private static final int BATCH_ROWS = 500;

    /**
     * Runs the statement.
     *
     * @throws ProblemException 400 if the representation is too large to be answered
     */
    static WrittenRows run(
            WriteTransaction transaction, WriteStatement statement, int answerBytesMax)
            throws SQLException {
        try (PreparedStatement prepared =
                transaction.prepare(statement.sql(), statement.parameters())) {
            prepared.setFetchSize(BATCH_ROWS);
            try (ResultSet row = prepared.executeQuery()) {
                return read(row, statement, answerBytesMax);
            }
        }
    }

    private static WrittenRows read(ResultSet row, WriteStatement statement, int answerBytesMax)
            throws SQLException {
        if (!row.next()) {
            throw new SQLException("the statement has no row, not even its own", "XX000");
        }
        long total = row.getLong("total");
        if (statement.representation() && total >= statement.rowsMax()) {
            throw tooLarge("%d rows".formatted(total));
        }
        long xid = Long.parseLong(row.getString("xid"));
        long incarnation = row.getLong("incarnation");
        long inserted = row.getLong("inserted");
        long matchingRows = row.getLong("matching");
        OptionalLong matching =
                row.wasNull() ? OptionalLong.empty() : OptionalLong.of(matchingRows);
        Set<String> keys = new LinkedHashSet<>();
        List<String> firstKey = List.of();
        ByteArrayOutputStream json = new ByteArrayOutputStream();
        String firstHash = null;
        boolean first = true;
        for (boolean more = total > 0; more; more = row.next()) {
            if (keys.size() <= WriteSql.KEYS_MAX && statement.keyParts() > 0) {
                List<String> key = parts(row, "key", statement.keyParts());
                keys.add(RowKey.text(key));
                if (statement.oldKeys()) {
                    keys.add(RowKey.text(parts(row, "old", statement.keyParts())));
                }
                firstKey = first ? key : firstKey;
            }
            if (statement.representation()) {
                if (first) {
                    firstHash = row.getString("hash");
                } else {
                    json.writeBytes(SEPARATOR);
                }
                json.writeBytes(row.getBytes("json"));
                if (json.size() > answerBytesMax) {
                    throw tooLarge("more than %d bytes".formatted(answerBytesMax));
                }
            }
            first = false;
        }
        return new WrittenRows(
                xid,
                incarnation,
                total,
                inserted,
                matching,
                keys,
                firstKey,
                json.toByteArray(),
                firstHash);
    }

    private static List<String> parts(ResultSet row, String name, int parts) throws SQLException {
        List<String> key = new ArrayList<>();
        for (int i = 1; i <= parts; i++) {
            key.add(row.getString(name + i));
        }
        return key;
    }

    private static ProblemException tooLarge(String size) {
        return ProblemException.of(
                ProblemType.BAD_REQUEST,
                "the written rows are too many to be answered (" + size + "); nothing was written",
                "ask for Prefer: return=minimal");
    }
}

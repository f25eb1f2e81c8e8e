package dev.tidemark.retrieval.dba;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** A database that questions are put to. */
record Asked(Connection connection) {

    interface RowReader<T> {
        T read(ResultSet row) throws SQLException;
    }

    <T> List<T> rows(String sql, RowReader<T> reader, Object... parameters) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setObject(i + 1, parameters[i]);
            }
            try (ResultSet rows = statement.executeQuery()) {
                List<T> found = new ArrayList<>();
                while (rows.next()) {
                    found.add(reader.read(rows));
                }
                return found;
            }
        }
    }

    /** Of a question that has exactly one row for an answer. */
    <T> T row(String sql, RowReader<T> reader, Object... parameters) throws SQLException {
        return rows(sql, reader, parameters).getFirst();
    }

    boolean exists(String sql, Object... parameters) throws SQLException {
        return !rows(sql, _ -> true, parameters).isEmpty();
    }
}

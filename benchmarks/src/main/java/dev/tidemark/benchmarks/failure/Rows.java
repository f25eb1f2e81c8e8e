package dev.tidemark.benchmarks.failure;

import dev.tidemark.quickstart.postgres.PostgresAddress;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The table that is read and written. Some rows are changed straight in PostgreSQL, some through
 * the API, and most are never changed: whoever has cached those has the truth for ever.
 */
final class Rows {

    /** Must be writable through the API. */
    static final String TABLE = "failure_row";

    static final int DIRECT = 24;
    static final int THROUGH_API = 6;
    static final int QUIET = 120;
    static final int ALL = DIRECT + THROUGH_API + QUIET;

    private static final Pattern BODY = Pattern.compile("\\{\"id\":(\\d+),\"value\":(\\d+)}");

    private Rows() {}

    static void create(PostgresAddress database) throws SQLException {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            statement.execute(
                    """
                    CREATE TABLE public.%1$s (id int PRIMARY KEY, value bigint NOT NULL)
                        WITH (fillfactor = 50);
                    INSERT INTO public.%1$s SELECT i, 0 FROM generate_series(0, %2$d) i
                    """
                            .formatted(TABLE, ALL - 1));
        }
    }

    static boolean isQuiet(int row) {
        return row >= DIRECT + THROUGH_API;
    }

    static String target(int row) {
        return "/rest/v1/" + TABLE + "/" + row;
    }

    /** The value in an answer; negative if it is none about this row. */
    static long value(int row, String body) {
        Matcher matcher = BODY.matcher(body);
        return matcher.find() && Integer.parseInt(matcher.group(1)) == row
                ? Long.parseLong(matcher.group(2))
                : -1;
    }

    /** What the database says now. */
    static Map<Integer, Long> values(PostgresAddress database) throws SQLException {
        Map<Integer, Long> values = new HashMap<>();
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT id, value FROM public." + TABLE)) {
            while (rows.next()) {
                values.put(rows.getInt(1), rows.getLong(2));
            }
        }
        return values;
    }
}

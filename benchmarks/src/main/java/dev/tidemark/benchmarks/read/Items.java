package dev.tidemark.benchmarks.read;

import dev.tidemark.quickstart.postgres.PostgresAddress;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The table that is read: each row is {@value #BODY_BYTES} bytes of JSON, of words rather than of
 * random bytes, so that whoever compresses finds what there usually is to find.
 */
public final class Items {

    /** Must be named writable where it is written to. */
    public static final String TABLE = "bench_item";

    public static final int BODY_BYTES = 515;
    public static final int ROWS = 100_000;

    /** Six digits for all of them, so that all bodies are of one length. */
    private static final int FIRST = 100_000;

    /** Any order of the columns is another key with an answer of the same length. */
    private static final List<String> COLUMNS = List.of("id", "name", "price", "made", "text");

    private Items() {}

    static void create(PostgresAddress database) throws SQLException {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            statement.execute(
                    """
                    SET TimeZone = 'UTC';
                    CREATE TABLE public.%1$s (
                        id int PRIMARY KEY, name text NOT NULL, price numeric(8,2) NOT NULL,
                        made timestamptz NOT NULL, text text NOT NULL) WITH (fillfactor = 80);
                    WITH words AS (SELECT ARRAY[
                        'a fine piece for the kitchen ', 'made of stainless steel ', 'with a handle of beech wood ',
                        'can be washed in the machine ', 'comes in a box of cardboard ', 'two years of guarantee ',
                        'from a small workshop ', 'tested by our own people ', 'for left and right hands ',
                        'goes well with the blue series ', 'not for use in ovens ', 'weighs less than one would think ',
                        'in stock and ready to go ', 'spare parts can be ordered ', 'our bestseller of last spring ',
                        'please read the manual first '] AS phrase),
                    bare AS (
                        SELECT i AS id, 'Item ' || i AS name, 10 + (i %% 89) + 0.5 AS price,
                            timestamptz '2026-01-01 00:00:00+00' + i * interval '1 second' AS made
                        FROM generate_series(%2$d, %3$d) i)
                    INSERT INTO public.%1$s
                    SELECT bare.*, rpad('', %4$d - octet_length(row_to_json(r)::text),
                        phrase[1 + (hashint4(bare.id) & 15)] || phrase[1 + (hashint4(bare.id + 1) >> 3 & 15)]
                        || phrase[1 + (hashint4(bare.id + 2) >> 5 & 15)] || phrase[1 + (hashint4(bare.id + 3) >> 7 & 15)]
                        || phrase[1 + (hashint4(bare.id + 4) >> 9 & 15)])
                    FROM bare, words,
                        LATERAL (SELECT bare.id, bare.name, bare.price::numeric(8,2), bare.made, '' AS text) r
                    """
                            .formatted(TABLE, FIRST, FIRST + ROWS - 1, BODY_BYTES));
            statement.execute("VACUUM (ANALYZE) public." + TABLE);
        }
    }

    /** The key of a row by its rank, from 0. */
    public static int id(int rank) {
        return FIRST + rank;
    }

    /** Where gateway and origin have a row. */
    public static String target(int id) {
        return "/rest/v1/" + TABLE + "/" + id;
    }

    /** The first so many ids. */
    public static List<Integer> ids(int number) {
        return IntStream.range(0, number).mapToObj(Items::id).toList();
    }

    /** What the database says of the first so many rows, by id. */
    static Map<Integer, String> bodies(PostgresAddress database, int number) throws SQLException {
        Map<Integer, String> bodies = new HashMap<>();
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery(
                                "SELECT id, row_to_json(t)::text FROM public.%s t WHERE id < %d"
                                        .formatted(TABLE, FIRST + number))) {
            while (rows.next()) {
                bodies.put(rows.getInt(1), rows.getString(2));
            }
        }
        return bodies;
    }

    /** A target that differs in its key from those of other shapes, not in what it costs. */
    static String target(int id, int shape) {
        return target(id) + "?select=" + String.join(",", permutation(shape));
    }

    /** How many shapes there are. */
    static int shapes() {
        return 120;
    }

    private static List<String> permutation(int number) {
        List<String> left = new ArrayList<>(COLUMNS);
        List<String> ordered = new ArrayList<>();
        int rest = number;
        for (int size = left.size(); size > 0; size--) {
            ordered.add(left.remove(rest % size));
            rest /= size;
        }
        return ordered;
    }
}

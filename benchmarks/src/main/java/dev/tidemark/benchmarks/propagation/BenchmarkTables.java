package dev.tidemark.benchmarks.propagation;

import dev.tidemark.quickstart.postgres.PostgresAddress;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** The tables that are written to: one whose rows are changed all the time, one that is watched. */
final class BenchmarkTables {

    /** Enough that no two writers wait for the same row. */
    static final int ROWS = 100_000;

    static final int PROBES = 64;
    static final String PROBE_TABLE = "public.benchmark_probe";

    static final String CHANGE = "UPDATE public.benchmark_row SET value = value + 1 WHERE id = ?";
    static final String PROBE = "UPDATE public.benchmark_probe SET value = ? WHERE id = ?";

    private BenchmarkTables() {}

    static void create(PostgresAddress database) throws SQLException {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            statement.execute(
                    """
                    CREATE TABLE public.benchmark_row (id int PRIMARY KEY, value bigint NOT NULL)
                        WITH (fillfactor = 50);
                    INSERT INTO public.benchmark_row SELECT i, 0 FROM generate_series(0, %d) i;
                    CREATE TABLE public.benchmark_probe (id int PRIMARY KEY, value bigint NOT NULL)
                        WITH (fillfactor = 50);
                    INSERT INTO public.benchmark_probe SELECT i, 0 FROM generate_series(0, %d) i
                    """
                            .formatted(ROWS - 1, PROBES - 1));
        }
    }

    static String probeTarget(int id) {
        return "/rest/v1/benchmark_probe/" + id;
    }

    static String probeBody(int id, long value) {
        return "{\"id\":%d,\"value\":%d}".formatted(id, value);
    }
}

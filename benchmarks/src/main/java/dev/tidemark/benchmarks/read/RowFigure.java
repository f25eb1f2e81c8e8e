package dev.tidemark.benchmarks.read;

import dev.tidemark.benchmarks.load.Requests;
import dev.tidemark.benchmarks.load.Wrk;
import dev.tidemark.benchmarks.measure.Finding;
import dev.tidemark.benchmarks.measure.Table;
import dev.tidemark.quickstart.launch.Progress;
import java.util.List;
import java.util.Map;

/**
 * Single rows straight from data-retrieval-service, and writes of single rows through the gateway,
 * against the same work over as many connections to PostgreSQL by pgbench.
 */
public final class RowFigure {

    public static final String READ = "row from data-retrieval-service ÷ prepared select";

    /** {@code tidemark.lanes.rows.permits}. */
    private static final int READ_CONNECTIONS = 12;

    /** {@code tidemark.lanes.writes.permits}. */
    private static final int WRITE_CONNECTIONS = 6;

    private static final int SEQUENCE = 1 << 17;

    private RowFigure() {}

    public static Finding reads(MeasuredSuite suite, long seed, LoadPlan plan, Progress progress) {
        List<String> targets = UniformIds.of(SEQUENCE, seed).stream().map(Items::target).toList();
        Contender ours =
                new Contender(
                        "data-retrieval-service",
                        Wrk.withConnections(plan.connections())
                                .on(suite.origin(), "rows", Requests.gets(targets)),
                        Map.of("service", suite.originPids(), "postgres", suite.postgresPids()),
                        true);
        Contender theirs =
                pgbench(
                        suite,
                        READ_CONNECTIONS,
                        "SELECT row_to_json(t)::text FROM (SELECT * FROM public.%s WHERE id = :id) t"
                                .formatted(Items.TABLE));
        Contest contest = new Contest(plan, List.of(theirs, ours), progress).run();
        return new Finding(
                List.of(table(contest, "Single rows from the database", READ_CONNECTIONS)),
                List.of(contest.ratio(READ, ours, theirs, 0.4, 0.5)),
                Map.of());
    }

    public static Finding writes(MeasuredSuite suite, long seed, LoadPlan plan, Progress progress) {
        List<Requests.Request> updates =
                UniformIds.of(SEQUENCE, seed).stream()
                        .map(id ->
                                new Requests.Request(
                                        "PATCH", Items.target(id), "{\"price\":12.50}"))
                        .toList();
        Contender ours =
                new Contender(
                        "gateway → data-retrieval-service, PATCH",
                        Wrk.withConnections(plan.connections())
                                .on(
                                        suite.gateway(),
                                        "writes",
                                        new Requests(
                                                updates,
                                                List.of("Content-Type: application/json"))),
                        Map.of(
                                "gateway", suite.gatewayPids(),
                                "data-retrieval-service", suite.originPids(),
                                "cache-service", suite.cachePids(),
                                "redis", suite.redisPids(),
                                "postgres", suite.postgresPids()),
                        true);
        Contender theirs =
                pgbench(
                        suite,
                        WRITE_CONNECTIONS,
                        "UPDATE public.%s SET price = 12.50 WHERE id = :id".formatted(Items.TABLE));
        Contest contest = new Contest(plan, List.of(theirs, ours), progress).run();
        return Finding.of(table(contest, "Writes of single rows", WRITE_CONNECTIONS));
    }

    private static Contender pgbench(MeasuredSuite suite, int connections, String sql) {
        return new Contender(
                "pgbench, a prepared statement",
                new Pgbench(suite.suite().database(), connections).on(sql),
                Map.of("postgres", suite.postgresPids()),
                false);
    }

    private static Table table(Contest contest, String title, int connections) {
        return contest.table(
                title,
                List.of(
                        "rows of %d bytes, uniformly of %,d; PostgreSQL with fsync off, as the quickstart runs it"
                                .formatted(Items.BODY_BYTES, Items.ROWS),
                        "%d connections to PostgreSQL for each of the two".formatted(connections)));
    }
}

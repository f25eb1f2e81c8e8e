package dev.tidemark.benchmarks.read;

import dev.tidemark.benchmarks.load.Load;
import dev.tidemark.benchmarks.load.Requests;
import dev.tidemark.benchmarks.load.Wrk;
import dev.tidemark.benchmarks.load.Zipf;
import dev.tidemark.benchmarks.measure.Finding;
import dev.tidemark.benchmarks.measure.Table;
import dev.tidemark.quickstart.launch.Progress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Reads and writes of the same rows, 95 to 5, Zipfian, through a whole suite with its caches and
 * through one without.
 */
public final class MixedFigure {

    public static final String GAIN = "95 % reads, with caches ÷ without";

    /** In percent. */
    private static final int WRITES = 5;

    private static final int SEQUENCE = 1 << 18;

    private MixedFigure() {}

    /**
     * Measures it.
     *
     * @param cached a suite as users have it
     * @param bare one of {@link MeasuredSuite#withoutCaches}
     * @param entries how many rows are read and written
     */
    public static Finding measure(
            MeasuredSuite cached,
            MeasuredSuite bare,
            int entries,
            long seed,
            LoadPlan plan,
            Progress progress) {
        Requests requests = requests(entries, seed);
        Contender with =
                new Contender(
                        "Tidemark",
                        load(cached.gateway(), "cached", requests, plan),
                        processes(cached),
                        true);
        Contender without =
                new Contender(
                        "Tidemark, caching off",
                        load(bare.gateway(), "bare", requests, plan),
                        processes(bare),
                        false);
        Contest contest = new Contest(plan, List.of(without, with), progress).run();
        Table table =
                contest.table(
                        "Reads and writes of the same rows",
                        List.of(
                                "%d %% GET, %d %% PATCH of a row of %d bytes, Zipfian (s = %.2f) over %,d"
                                        .formatted(
                                                100 - WRITES,
                                                WRITES,
                                                Items.BODY_BYTES,
                                                Zipf.EXPONENT,
                                                entries),
                                "caching off: no cache-service, and a near cache that has room for nothing; readers of one key at the same time share a fetch"));
        return new Finding(
                List.of(table),
                List.of(contest.ratio(GAIN, with, without, 10, 20)),
                Map.of("mixed", contest.chart("95 % reads, 5 % writes")));
    }

    private static Load load(URI uri, String name, Requests requests, LoadPlan plan) {
        return Wrk.withConnections(plan.connections()).on(uri, name, requests);
    }

    private static Requests requests(int entries, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Requests.Request> sequence = new ArrayList<>(SEQUENCE);
        for (int id : SharedFigure.zipfian(entries, SEQUENCE, seed)) {
            sequence.add(
                    random.nextInt(100) < WRITES
                            ? new Requests.Request(
                                    "PATCH",
                                    Items.target(id),
                                    "{\"price\":%d.50}".formatted(10 + random.nextInt(80)))
                            : Requests.Request.get(Items.target(id)));
        }
        return new Requests(sequence, List.of("Content-Type: application/json"));
    }

    private static Map<String, List<Long>> processes(MeasuredSuite suite) {
        return Map.of(
                "gateway", suite.gatewayPids(),
                "cache-service", suite.cachePids(),
                "redis", suite.redisPids(),
                "data-retrieval-service", suite.originPids(),
                "postgres", suite.postgresPids());
    }
}

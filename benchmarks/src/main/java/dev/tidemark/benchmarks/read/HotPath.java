package dev.tidemark.benchmarks.read;

import dev.tidemark.benchmarks.load.Load;
import dev.tidemark.benchmarks.load.Requests;
import dev.tidemark.benchmarks.load.Wrk;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A way through Tidemark that most requests take, under as much load as it takes.
 *
 * @param jvms the processes that it goes through, by name
 */
public record HotPath(String title, Load load, Map<String, Long> jvms) {

    private static final int SEQUENCE = 1 << 17;

    public HotPath {
        jvms = new TreeMap<>(jvms);
    }

    /** One row from the near cache. */
    public static HotPath nearHit(MeasuredSuite suite, LoadPlan plan) {
        String target = Items.target(Items.id(0));
        suite.awaitAnswer(suite.gateway(), target, "tidemark-near; hit");
        return new HotPath(
                "near-cache hit",
                Wrk.withConnections(plan.connections())
                        .on(suite.gateway(), "near", Requests.of(target)),
                Map.of("gateway", suite.gatewayPids().getFirst()));
    }

    /**
     * Rows from the shared cache.
     *
     * @param suite one of {@link MeasuredSuite#withoutNearCache}
     */
    public static HotPath sharedHit(MeasuredSuite suite, int entries, long seed, LoadPlan plan) {
        suite.fill(Items.ids(entries).stream().map(Items::target).toList());
        List<String> targets =
                SharedFigure.zipfian(entries, SEQUENCE, seed).stream().map(Items::target).toList();
        return new HotPath(
                "shared-cache hit",
                Wrk.withConnections(plan.connections())
                        .on(suite.gateway(), "shared", Requests.gets(targets)),
                Map.of(
                        "gateway", suite.gatewayPids().getFirst(),
                        "cache-service", suite.cachePids().getFirst()));
    }

    /** Rows straight from the origin. */
    public static HotPath row(MeasuredSuite suite, long seed, LoadPlan plan) {
        return new HotPath(
                "row from the database",
                Wrk.withConnections(plan.connections())
                        .on(
                                suite.origin(),
                                "rows",
                                Requests.gets(
                                        UniformIds.of(SEQUENCE, seed).stream()
                                                .map(Items::target)
                                                .toList())),
                Map.of("data-retrieval-service", suite.originPids().getFirst()));
    }
}

package dev.tidemark.benchmarks.read;

import dev.tidemark.benchmarks.load.Load;
import dev.tidemark.benchmarks.load.Requests;
import dev.tidemark.benchmarks.load.Wrk;
import dev.tidemark.benchmarks.measure.Finding;
import dev.tidemark.benchmarks.measure.Ratio;
import dev.tidemark.benchmarks.measure.Table;
import dev.tidemark.quickstart.launch.Progress;
import java.net.URI;
import java.util.List;
import java.util.Map;

/**
 * Misses of single rows, each of a key that nobody asked for before: through gateway, shared cache,
 * data-retrieval-service and PostgreSQL, with the fill; against data-retrieval-service directly.
 */
public final class MissFigure {

    public static final String P50 = "p50 of a miss ÷ data-retrieval-service directly";

    private static final String GATEWAY = "gateway, misses";
    private static final String ORIGIN = "data-retrieval-service";

    /** More than are answered in a second here: a round must not meet its own fills. */
    private static final int PER_SECOND_MAX = 10_000;

    private MissFigure() {}

    /**
     * Measures it.
     *
     * @param rate of the open loop, in requests per second
     */
    public static Finding measure(
            MeasuredSuite suite, double rate, LoadPlan plan, Progress progress) {
        ColdTargets cold = new ColdTargets();
        Wrk wrk = Wrk.withConnections(plan.connections());
        Contender origin =
                new Contender(
                        ORIGIN,
                        load(wrk, suite.origin(), cold),
                        Map.of(
                                "data-retrieval-service", suite.originPids(),
                                "postgres", suite.postgresPids()),
                        true);
        Contender gateway =
                new Contender(
                        GATEWAY,
                        load(wrk, suite.gateway(), cold),
                        Map.of(
                                "gateway", suite.gatewayPids(),
                                "cache-service", suite.cachePids(),
                                "redis", suite.redisPids(),
                                "data-retrieval-service", suite.originPids(),
                                "postgres", suite.postgresPids()),
                        true);
        // Ahead of the open loop, since this warms up both.
        Table throughput =
                new Contest(plan, List.of(origin, gateway), progress)
                        .run()
                        .table("Throughput of misses", List.of(description()));

        Paced pacedOrigin = new Paced(ORIGIN, suite.origin(), plan, cold::take);
        Paced pacedGateway = new Paced(GATEWAY, suite.gateway(), plan, cold::take);
        pacedOrigin.warmUp(rate);
        pacedGateway.warmUp(rate);
        for (int round = 1; round <= plan.rounds(); round++) {
            progress.notice("open loop, round %d of %d".formatted(round, plan.rounds()));
            pacedOrigin.run(rate);
            pacedGateway.run(rate);
        }
        Table latency =
                Paced.table(
                        "Latency of misses",
                        List.of(description(), plan.openLoop(rate)),
                        List.of(pacedOrigin, pacedGateway));
        return new Finding(
                List.of(latency, throughput),
                List.of(new Ratio(P50, pacedGateway.ratio(pacedOrigin, 50), 1.5, 1.25, false)),
                Map.of());
    }

    private static Load load(Wrk wrk, URI uri, ColdTargets cold) {
        return time ->
                wrk.on(
                                uri,
                                "cold",
                                Requests.gets(cold.take((int) (PER_SECOND_MAX * time.toSeconds()))))
                        .run(time);
    }

    private static String description() {
        return "one row of %d bytes, each asked for for the first time".formatted(Items.BODY_BYTES);
    }
}

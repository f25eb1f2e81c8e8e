package dev.tidemark.benchmarks.read;

import dev.tidemark.benchmarks.load.Load;
import dev.tidemark.benchmarks.load.Requests;
import dev.tidemark.benchmarks.load.Wrk;
import dev.tidemark.benchmarks.measure.BarChart;
import dev.tidemark.benchmarks.measure.Finding;
import dev.tidemark.benchmarks.measure.Ratio;
import dev.tidemark.benchmarks.measure.Table;
import dev.tidemark.benchmarks.peer.NginxPeer;
import dev.tidemark.quickstart.launch.Progress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Latencies of near-cache hits at half of the gateway's own peak, in an open loop, against NGINX's
 * {@code proxy_cache} at the same rate.
 */
public final class LatencyFigure {

    public static final String P99 = "p99 of a near-cache hit ÷ NGINX proxy_cache, same rate";

    private static final Duration PEAK_SLICE = Duration.ofSeconds(3);

    private LatencyFigure() {}

    public static Finding measure(MeasuredSuite suite, LoadPlan plan, Progress progress) {
        String target = Items.target(Items.id(0));
        try (NginxPeer cache = NginxPeer.caching(suite.origin(), Items::target)) {
            suite.awaitAnswer(suite.gateway(), target, "tidemark-near; hit");
            progress.notice("looking for the gateway's peak");
            double rate = Math.floor(peak(suite.gateway(), target, plan) / 2);
            // NGINX has nothing to warm up but the entry itself.
            progress.notice("%,.0f requests/s to each".formatted(rate));
            Paced nginx = new Paced("NGINX proxy_cache", cache.uri(), plan, List.of(target));
            Paced gateway =
                    new Paced("gateway, near cache", suite.gateway(), plan, List.of(target));
            nginx.warmUp(rate);
            gateway.warmUp(rate);
            for (int round = 1; round <= plan.rounds(); round++) {
                progress.notice("round %d of %d".formatted(round, plan.rounds()));
                nginx.run(rate);
                gateway.run(rate);
            }
            Table table =
                    Paced.table(
                            "Latency of near-cache hits at half of the gateway's peak",
                            List.of(
                                    "one row of %d bytes".formatted(Items.BODY_BYTES),
                                    plan.openLoop(rate)),
                            List.of(nginx, gateway));
            return new Finding(
                    List.of(table),
                    List.of(new Ratio(P99, gateway.ratio(nginx, 99), 2, 1, false)),
                    Map.of(
                            "latency",
                            new BarChart(
                                    "p99 at %,.0f requests/s".formatted(rate),
                                    "ms",
                                    List.of(
                                            new BarChart.Bar(nginx.name(), nginx.at(99), false),
                                            new BarChart.Bar(
                                                    gateway.name(), gateway.at(99), true)))));
        }
    }

    private static double peak(URI uri, String target, LoadPlan plan) {
        Load load = Wrk.withConnections(plan.connections()).on(uri, "peak", Requests.of(target));
        double best = 0;
        long warmed = 0;
        while (warmed < plan.warmUpMax().toNanos()) {
            best = Math.max(best, load.run(PEAK_SLICE).perSecond());
            warmed += PEAK_SLICE.toNanos();
        }
        return best;
    }
}

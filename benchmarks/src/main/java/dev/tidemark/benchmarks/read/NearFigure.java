package dev.tidemark.benchmarks.read;

import dev.tidemark.benchmarks.edge.Nginx;
import dev.tidemark.benchmarks.load.Requests;
import dev.tidemark.benchmarks.load.Wrk;
import dev.tidemark.benchmarks.measure.Finding;
import dev.tidemark.benchmarks.peer.NginxPeer;
import dev.tidemark.quickstart.launch.Progress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Hits in the near cache, of one row: straight from the gateway against NGINX's {@code proxy_cache}
 * in front of the same origin, and through NGINX against the same NGINX in front of one that
 * answers from memory.
 */
public final class NearFigure {

    public static final String GATEWAY = "near-cache hit ÷ NGINX proxy_cache hit";
    public static final String EDGE = "near-cache hit through NGINX ÷ NGINX from memory through it";

    private NearFigure() {}

    /**
     * Measures it.
     *
     * @param home the project's folder, for NGINX's configuration
     */
    public static Finding measure(
            MeasuredSuite suite, Path home, LoadPlan plan, Progress progress) {
        int row = Items.id(0);
        Requests hit = Requests.of(Items.target(row));
        Wrk wrk = Wrk.withConnections(plan.connections());
        String body = suite.bodies(1).getOrDefault(row, "");
        try (NginxPeer cache = NginxPeer.caching(suite.origin(), Items::target);
                NginxPeer memory = NginxPeer.fromMemory(body);
                Nginx beforeMemory = Nginx.start(home, List.of(memory.uri()));
                Nginx beforeGateway = Nginx.start(home, List.of(suite.gateway()))) {
            suite.awaitAnswer(suite.gateway(), Items.target(row), "tidemark-near; hit");
            Contender proxyCache =
                    new Contender(
                            cache.name(),
                            wrk.on(cache.uri(), "cache", Requests.of(cache.target(row))),
                            Map.of("nginx", cache.pids()),
                            false);
            Contender gateway =
                    new Contender(
                            "gateway, near cache",
                            wrk.on(suite.gateway(), "gateway", hit),
                            Map.of("gateway", suite.gatewayPids()),
                            true);
            Contender nginxAlone =
                    new Contender(
                            "NGINX → NGINX from memory",
                            wrk.on(beforeMemory.uri(), "memory", hit),
                            Map.of("nginx", List.of(beforeMemory.pid()), "memory", memory.pids()),
                            false);
            Contender nginxGateway =
                    new Contender(
                            "NGINX → gateway, near cache",
                            wrk.on(beforeGateway.uri(), "edge", hit),
                            Map.of(
                                    "nginx",
                                    List.of(beforeGateway.pid()),
                                    "gateway",
                                    suite.gatewayPids()),
                            true);
            List<Contender> contenders = List.of(proxyCache, gateway, nginxAlone, nginxGateway);
            Contest contest = new Contest(plan, contenders, progress).run();
            suite.awaitAnswer(suite.gateway(), Items.target(row), "tidemark-near; hit");
            return new Finding(
                    List.of(
                            contest.table(
                                    "Near-cache hits of one row",
                                    List.of(
                                            "one row of %d bytes of JSON; NGINX → is the configuration in deploy/nginx, which logs each request; proxy_cache logs nothing"
                                                    .formatted(Items.BODY_BYTES)))),
                    List.of(
                            contest.ratio(GATEWAY, gateway, proxyCache, 0.9, 1.0),
                            contest.ratio(EDGE, nginxGateway, nginxAlone, 0.8, 0.9)),
                    Map.of("near", contest.chart("Near-cache hits of one row")));
        }
    }
}

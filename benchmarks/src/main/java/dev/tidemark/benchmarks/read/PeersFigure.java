package dev.tidemark.benchmarks.read;

import dev.tidemark.benchmarks.load.Requests;
import dev.tidemark.benchmarks.load.Wrk;
import dev.tidemark.benchmarks.measure.Finding;
import dev.tidemark.benchmarks.measure.Table;
import dev.tidemark.benchmarks.peer.NginxPeer;
import dev.tidemark.benchmarks.peer.Peer;
import dev.tidemark.benchmarks.peer.Peers;
import dev.tidemark.quickstart.launch.Progress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** One row from every server that is installed and has such answers, and from the gateway. */
public final class PeersFigure {

    private PeersFigure() {}

    public static Finding measure(MeasuredSuite suite, LoadPlan plan, Progress progress) {
        int row = Items.id(0);
        Map<Integer, String> bodies = suite.bodies(1);
        Wrk wrk = Wrk.withConnections(plan.connections());
        try (Peers peers = Peers.start(suite.origin(), Items::target, bodies, progress);
                NginxPeer memory = NginxPeer.fromMemory(bodies.getOrDefault(row, ""))) {
            suite.awaitAnswer(suite.gateway(), Items.target(row), "tidemark-near; hit");
            Contender gateway =
                    new Contender(
                            "Tidemark, near cache",
                            wrk.on(suite.gateway(), "gateway", Requests.of(Items.target(row))),
                            Map.of("gateway", suite.gatewayPids()),
                            true);
            List<Contender> contenders = new ArrayList<>(List.of(gateway));
            List<Peer> all = new ArrayList<>(peers.running());
            all.add(memory);
            for (Peer peer : all) {
                contenders.add(
                        new Contender(
                                peer.name(),
                                wrk.on(peer.uri(), peer.name(), Requests.of(peer.target(row))),
                                Map.of(peer.name(), peer.pids()),
                                false));
            }
            Contest contest = new Contest(plan, contenders, progress).run();
            Table ratios =
                    new Table(
                            "Tidemark's near cache against each",
                            List.of("of the same rounds"),
                            List.of("server", "Tidemark ÷ it", "min–max"),
                            contenders.stream()
                                    .skip(1)
                                    .map(peer ->
                                            List.of(
                                                    peer.name(),
                                                    contest.ratio(gateway, peer).middle("%.2f"),
                                                    contest.ratio(gateway, peer).range("%.2f")))
                                    .toList(),
                            peers.missing().stream()
                                    .map(peer -> "not installed: " + peer)
                                    .toList());
            return new Finding(
                    List.of(
                            contest.table(
                                    "One row from each server",
                                    List.of(
                                            "one row of %d bytes of JSON"
                                                    .formatted(Items.BODY_BYTES))),
                            ratios),
                    List.of(),
                    Map.of("peers", contest.chart("One row from each server")));
        }
    }
}

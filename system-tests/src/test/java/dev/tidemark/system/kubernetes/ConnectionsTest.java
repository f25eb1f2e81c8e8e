package dev.tidemark.system.kubernetes;

import static java.util.Objects.requireNonNullElse;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tidemark.system.connection.Connection;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeer;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPort;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The network policies allow what the table in the docs has, and the table has what they allow. */
class ConnectionsTest {

    private static final String NAME = "app.kubernetes.io/name";

    private static final Set<String> SERVICES =
            Set.of("gateway", "cache-service", "data-retrieval-service");

    @BeforeAll
    static void requireKubectl() {
        assumeTrue(Manifests.kubectl().isPresent(), Manifests.MISSING);
    }

    private static Set<Connection> outgoing(Manifests manifests) {
        Set<Connection> connections = new TreeSet<>();
        for (NetworkPolicy policy : manifests.all(NetworkPolicy.class)) {
            for (var rule : policy.getSpec().getEgress()) {
                for (NetworkPolicyPort port : rule.getPorts()) {
                    int number = port.getPort().getIntVal();
                    for (NetworkPolicyPeer peer : rule.getTo()) {
                        connections.add(
                                new Connection(subject(policy), peer(peer, number), number));
                    }
                }
            }
        }
        return connections;
    }

    private static Set<Connection> incoming(Manifests manifests) {
        Set<Connection> connections = new TreeSet<>();
        for (NetworkPolicy policy : manifests.all(NetworkPolicy.class)) {
            for (var rule : policy.getSpec().getIngress()) {
                for (NetworkPolicyPort port : rule.getPorts()) {
                    int number = port.getPort().getIntVal();
                    if (rule.getFrom().isEmpty()) {
                        connections.add(new Connection("clients", subject(policy), number));
                    }
                    for (NetworkPolicyPeer peer : rule.getFrom()) {
                        connections.add(
                                new Connection(peer(peer, number), subject(policy), number));
                    }
                }
            }
        }
        return connections;
    }

    private static String subject(NetworkPolicy policy) {
        return Optional.ofNullable(policy.getSpec().getPodSelector().getMatchLabels())
                .map(labels -> labels.get(NAME))
                .orElse("all");
    }

    /** Who stands at the other end; those outside of the namespace by what stands for them. */
    private static String peer(NetworkPolicyPeer peer, int port) {
        if (peer.getIpBlock() != null) {
            return port == 5432 ? "postgres" : "redis";
        }
        Map<String, String> namespace =
                peer.getNamespaceSelector() == null
                        ? Map.of()
                        : peer.getNamespaceSelector().getMatchLabels();
        if (namespace.containsKey("tidemark/edge")) {
            return "nginx";
        }
        Map<String, String> pod = peer.getPodSelector().getMatchLabels();
        return pod.containsKey("k8s-app") ? "DNS" : requireNonNullElse(pod.get(NAME), "?");
    }

    @Test
    void nobody_mayConnect_unlessAPolicyAllowsIt() {
        for (String overlay : List.of("local", "production")) {
            assertThat(Manifests.of(overlay).all(NetworkPolicy.class))
                    .filteredOn(policy -> policy.getSpec().getPolicyTypes().size() == 2)
                    .filteredOn(policy -> subject(policy).equals("all"))
                    .singleElement()
                    .satisfies(policy -> {
                        assertThat(policy.getSpec().getIngress()).isEmpty();
                        assertThat(policy.getSpec().getEgress()).isEmpty();
                    });
        }
    }

    @Test
    void localOverlay_allowsWhatTheTableHas_atBothEnds() {
        Manifests local = Manifests.of("local");

        assertThat(outgoing(local))
                .isEqualTo(without(Connection.everywhere(), Set.of("clients"), Set.of()));
        assertThat(incoming(local))
                .isEqualTo(without(Connection.everywhere(), Set.of(), Set.of("DNS")));
    }

    /**
     * Redis, PostgreSQL, the edge and Prometheus are elsewhere: each connection has one end here.
     */
    @Test
    void productionOverlay_allowsWhatTheTableHasOfTheServices() {
        Manifests production = Manifests.of("production");

        assertThat(outgoing(production))
                .isEqualTo(
                        Connection.everywhere().stream()
                                .filter(c -> SERVICES.contains(c.from()) || c.from().equals("all"))
                                .collect(Collectors.toCollection(TreeSet::new)));
        assertThat(incoming(production))
                .isEqualTo(
                        Connection.everywhere().stream()
                                .filter(c -> SERVICES.contains(c.to()))
                                .collect(Collectors.toCollection(TreeSet::new)));
    }

    private static Set<Connection> without(
            Set<Connection> table, Set<String> from, Set<String> to) {
        return table.stream()
                .filter(c -> !from.contains(c.from()) && !to.contains(c.to()))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}

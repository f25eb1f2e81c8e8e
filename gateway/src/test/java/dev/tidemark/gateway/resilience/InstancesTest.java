package dev.tidemark.gateway.resilience;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InstancesTest {

    private final Map<String, List<String>> names = new HashMap<>();

    private int clientsMade;

    /** A client is its address and a number of its own. */
    private Instances<String> instances(String... addresses) {
        return new Instances<>(
                List.of(addresses).stream().map(ServiceAddress::parse).toList(),
                address -> address.getHostString() + " #" + clientsMade++,
                this::resolve);
    }

    private InetAddress[] resolve(String name) throws UnknownHostException {
        if (!names.containsKey(name)) {
            throw new UnknownHostException(name);
        }
        return names.get(name).stream().map(InetAddress::ofLiteral).toArray(InetAddress[]::new);
    }

    @Test
    void instances_takeTurns() {
        Instances<String> instances = instances("http://10.0.0.1:80", "10.0.0.2:80", "[::1]:80");
        Set<String> firsts = new HashSet<>();
        for (int i = 0; i < 3; i++) {
            List<String> inTurn = instances.inTurn();
            assertThat(inTurn).hasSize(3).doesNotHaveDuplicates();
            firsts.add(inTurn.getFirst());
        }

        assertThat(firsts).hasSize(3);
        assertThat(instances.haveNames()).isFalse();
    }

    @Test
    void name_isAllItsAddresses_asTheyComeAndGo() {
        Instances<String> instances = instances("origin:80");
        assertThat(instances.inTurn()).containsExactly("origin #0");

        names.put("origin", List.of("10.0.0.1", "10.0.0.2"));
        instances.refresh();
        assertThat(instances.inTurn()).containsExactlyInAnyOrder("10.0.0.1 #1", "10.0.0.2 #2");
        names.put("origin", List.of("10.0.0.2", "10.0.0.3"));
        instances.refresh();
        // The one that stayed keeps its client.
        assertThat(instances.inTurn()).containsExactlyInAnyOrder("10.0.0.2 #2", "10.0.0.3 #3");
        names.clear();
        instances.refresh();
        // A name server that is away takes nobody with it.
        assertThat(instances.inTurn()).containsExactlyInAnyOrder("10.0.0.2 #2", "10.0.0.3 #3");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "host", "host:", "host:0", "host:65536", "ftp://host:1", "a b:1"})
    void address_thatIsNone_isRefused(String text) {
        assertThatThrownBy(() -> ServiceAddress.parse(text))
                .isInstanceOf(IllegalArgumentException.class);
    }
}

package dev.tidemark.gateway.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientsTest {

    private final Clients clients = new Clients(List.of("10.0.0.0/8", "::1", "192.0.2.7"));

    private String client(String peer, String... forwardedFor) {
        return clients.of(new InetSocketAddress(peer, 4711), List.of(forwardedFor)).name();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    10.1.2.3  | 198.51.100.1                          | 198.51.100.1
                    10.1.2.3  | 198.51.100.1:5678                     | 198.51.100.1
                    10.1.2.3  | 203.0.113.5, 198.51.100.1             | 198.51.100.1
                    10.1.2.3  | 203.0.113.5, 198.51.100.1, 10.9.9.9   | 198.51.100.1
                    10.1.2.3  | 198.51.100.1, 192.0.2.7, 10.9.9.9     | 198.51.100.1
                    10.1.2.3  | 10.0.0.1, 10.0.0.2                    | 10.0.0.1
                    10.1.2.3  | 198.51.100.1, unknown                 | 10.1.2.3
                    10.1.2.3  | 198.51.100.1, unknown, 10.9.9.9       | 10.9.9.9
                    ::1       | 2001:db8:1:2:3:4:5:6                  | 20010db800010002/64
                    ::1       | [2001:db8:1:2::9]:443                 | 20010db800010002/64
                    ::1       | ::ffff:198.51.100.1                   | 198.51.100.1
                    """)
    void behindTrustedProxies_itIsWhomTheNearestOfThemForwardsFor(
            String peer, String forwardedFor, String client) {
        assertThat(client(peer, forwardedFor)).isEqualTo(client);
    }

    @Test
    void severalFields_areOneList() {
        assertThat(client("10.1.2.3", "203.0.113.5", "198.51.100.1, 10.9.9.9"))
                .isEqualTo("198.51.100.1");
    }

    @Test
    void anybodyElse_isNotBelieved() {
        assertThat(client("203.0.113.5", "198.51.100.1")).isEqualTo("203.0.113.5");
        assertThat(
                        new Clients(List.of())
                                .of(new InetSocketAddress("10.1.2.3", 1), List.of("1.2.3.4")))
                .isEqualTo(new Client("10.1.2.3"));
    }

    @Test
    void connectionWithoutAnAddress_isOneUnknownClient() {
        assertThat(clients.of(null, List.of("198.51.100.1"))).isEqualTo(Client.UNKNOWN);
    }

    @Test
    void ipv6Addresses_countByTheirNetwork() {
        assertThat(client("2001:db8::1")).isEqualTo(client("2001:db8::ffff:1"));
        assertThat(client("2001:db8::1")).isNotEqualTo(client("2001:db8:0:1::1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "lb.example", "10.0.0.0/33", "10.0.0.0/-1", "::1/129", "10.0.0/8"})
    void whatIsNoNetwork_isRefused(String network) {
        assertThatThrownBy(() -> Clients.network(network))
                .isInstanceOf(IllegalArgumentException.class);
    }
}

package dev.tidemark.gateway.origin;

import dev.tidemark.gateway.resilience.ServiceAddress;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where data-retrieval-service is, and how much is asked of it.
 *
 * @param addresses {@code http://host:port} or {@code host:port}; a name may stand for several
 *     instances
 * @param concurrencyMax so many fetches run at once
 * @param waitingMax so many more wait for their turn; the rest is shed
 * @param connectTimeout for opening a connection
 */
@ConfigurationProperties("tidemark.origin")
public record OriginProperties(
        @DefaultValue("http://127.0.0.1:9001") List<String> addresses,
        @DefaultValue("128") int concurrencyMax,
        @DefaultValue("2048") int waitingMax,
        @DefaultValue("1s") Duration connectTimeout) {

    public OriginProperties {
        require(!addresses.isEmpty(), "addresses must name at least one");
        addresses = List.copyOf(addresses);
        addresses.forEach(ServiceAddress::parse);
        require(concurrencyMax >= 1, "concurrency-max must be positive");
        require(waitingMax >= 0, "waiting-max must not be negative");
        require(connectTimeout.toMillis() > 0, "connect-timeout must be at least 1ms");
    }

    public List<ServiceAddress> serviceAddresses() {
        return addresses.stream().map(ServiceAddress::parse).toList();
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException("tidemark.origin." + message);
        }
    }
}

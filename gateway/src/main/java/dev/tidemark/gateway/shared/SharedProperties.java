package dev.tidemark.gateway.shared;

import dev.tidemark.gateway.resilience.ServiceAddress;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where cache-service is, and how long it is waited for.
 *
 * @param addresses {@code http://host:port} or {@code host:port}; a name may stand for several
 *     instances; none for a gateway on its own
 * @param lookupTimeout after so long a look-up is given up, and the origin asked
 * @param fillTimeout after so long a fill is given up
 * @param batchesMax so many batches of look-ups are in flight at once to each instance, those that
 *     wait for a slow shard included
 * @param fillsMax so many fills are on their way at once
 * @param connectTimeout for opening a connection
 */
@ConfigurationProperties("tidemark.cache")
public record SharedProperties(
        @DefaultValue("http://127.0.0.1:9002") List<String> addresses,
        @DefaultValue("500ms") Duration lookupTimeout,
        @DefaultValue("2s") Duration fillTimeout,
        @DefaultValue("64") int batchesMax,
        @DefaultValue("64") int fillsMax,
        @DefaultValue("500ms") Duration connectTimeout) {

    public SharedProperties {
        addresses = addresses.stream().filter(address -> !address.isBlank()).toList();
        addresses.forEach(ServiceAddress::parse);
        require(lookupTimeout.toMillis() > 0, "lookup-timeout must be at least 1ms");
        require(fillTimeout.toMillis() > 0, "fill-timeout must be at least 1ms");
        require(batchesMax >= 1, "batches-max must be positive");
        require(fillsMax >= 1, "fills-max must be positive");
        require(connectTimeout.toMillis() > 0, "connect-timeout must be at least 1ms");
    }

    public List<ServiceAddress> serviceAddresses() {
        return addresses.stream().map(ServiceAddress::parse).toList();
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException("tidemark.cache." + message);
        }
    }
}

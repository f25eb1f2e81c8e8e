package dev.tidemark.gateway.guard;

import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How fast clients may make the database look for what is not there, by this gateway.
 *
 * @param clientRate so many times a second, one client
 * @param clientBurst so many times at once, one that has not for a while
 * @param rate so many times a second, all clients together
 * @param burst so many times at once, all clients together
 * @param clientsMax so many clients are remembered
 * @param trustedProxies addresses and networks of the proxies whose {@code X-Forwarded-For} is
 *     believed
 */
@ConfigurationProperties("tidemark.guard")
public record GuardProperties(
        @DefaultValue("50") int clientRate,
        @DefaultValue("500") int clientBurst,
        @DefaultValue("500") int rate,
        @DefaultValue("2000") int burst,
        @DefaultValue("100000") int clientsMax,
        @DefaultValue List<String> trustedProxies) {

    public GuardProperties {
        require(clientRate >= 1, "client-rate must be positive");
        require(clientBurst >= 1, "client-burst must be positive");
        require(rate >= clientRate, "rate must not be less than client-rate");
        require(burst >= clientBurst, "burst must not be less than client-burst");
        require(clientsMax >= 1, "clients-max must be positive");
        trustedProxies =
                trustedProxies.stream()
                        .map(String::strip)
                        .filter(network -> !network.isEmpty())
                        .toList();
        for (String network : trustedProxies) {
            try {
                Clients.network(network);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(
                        "tidemark.guard.trusted-proxies: " + e.getMessage(), e);
            }
        }
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException("tidemark.guard." + message);
        }
    }
}

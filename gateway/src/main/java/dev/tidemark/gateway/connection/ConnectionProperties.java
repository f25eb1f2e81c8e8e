package dev.tidemark.gateway.connection;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How patient to be with a client. How long a connection may lie idle is {@code
 * server.netty.idle-timeout}.
 *
 * @param headTimeout from the first byte of a request's head to its last
 * @param bodyTimeout from a request's head to the last byte of its body
 * @param stallTimeout how long a client may take nothing of what is to be sent to it
 */
@ConfigurationProperties("tidemark.connection")
public record ConnectionProperties(
        @DefaultValue("10s") Duration headTimeout,
        @DefaultValue("30s") Duration bodyTimeout,
        @DefaultValue("30s") Duration stallTimeout) {

    public ConnectionProperties {
        requirePositive("head-timeout", headTimeout);
        requirePositive("body-timeout", bodyTimeout);
        requirePositive("stall-timeout", stallTimeout);
    }

    private static void requirePositive(String name, Duration value) {
        if (value.toMillis() <= 0) {
            throw new IllegalArgumentException(
                    "tidemark.connection." + name + " must be at least 1 ms");
        }
    }
}

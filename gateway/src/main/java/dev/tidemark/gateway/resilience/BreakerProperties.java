package dev.tidemark.gateway.resilience;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * When a service's instance is left alone. One set for all breakers: they differ in what they
 * count, not in how.
 *
 * @param window so many of the latest calls are looked at
 * @param callsMin fewer calls than this say nothing
 * @param failurePercent from so many failures among them the breaker opens
 * @param openFor after so long at most, a few calls may try again; sooner while it has not been
 *     open for long
 * @param trials how many those are
 */
@ConfigurationProperties("tidemark.breaker")
public record BreakerProperties(
        @DefaultValue("20") int window,
        @DefaultValue("10") int callsMin,
        @DefaultValue("50") int failurePercent,
        @DefaultValue("1s") Duration openFor,
        @DefaultValue("3") int trials) {

    public BreakerProperties {
        require(window >= 1, "window must be positive");
        require(callsMin >= 1 && callsMin <= window, "calls-min must be from 1 to window");
        require(
                failurePercent >= 1 && failurePercent <= 100,
                "failure-percent must be from 1 to 100");
        require(openFor.isPositive(), "open-for must be positive");
        require(trials >= 1, "trials must be positive");
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException("tidemark.breaker." + message);
        }
    }
}

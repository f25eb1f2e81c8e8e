package dev.tidemark.gateway.aside;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How long a read may take.
 *
 * @param deadline for a request that does not say
 * @param deadlineMax what {@code Tidemark-Timeout} can ask for at most
 * @param leaseWait for how long another gateway's fetch is waited for before asking the origin;
 *     less than the deadline, so that there is time to ask
 * @param passFor for how long a key is not looked up after its answer turned out uncacheable
 * @param contestedFor for how long nobody waits for another gateway's fetch of a key whose answers
 *     are overtaken by changes before they arrive
 * @param passMarksMax so many keys of each of these two kinds are remembered
 */
@ConfigurationProperties("tidemark.read")
public record ReadProperties(
        @DefaultValue("5s") Duration deadline,
        @DefaultValue("30s") Duration deadlineMax,
        @DefaultValue("2s") Duration leaseWait,
        @DefaultValue("10s") Duration passFor,
        @DefaultValue("1s") Duration contestedFor,
        @DefaultValue("10000") int passMarksMax) {

    public ReadProperties {
        require(deadline.toMillis() > 0, "deadline must be at least 1ms");
        require(
                deadlineMax.compareTo(deadline) >= 0,
                "deadline-max must not be shorter than deadline");
        require(!leaseWait.isNegative(), "lease-wait must not be negative");
        require(!passFor.isNegative(), "pass-for must not be negative");
        require(!contestedFor.isNegative(), "contested-for must not be negative");
        require(passMarksMax >= 1, "pass-marks-max must be positive");
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException("tidemark.read." + message);
        }
    }
}

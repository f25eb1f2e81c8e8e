package dev.tidemark.gateway.write;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The bounds of writes.
 *
 * @param bodyBytesMax how large a body may be; the origin has a bound of its own
 * @param concurrencyMax so many are under way at once
 * @param waitingMax so many more wait for their turn; the rest is shed
 * @param deadline for a request that does not say
 * @param deadlineMax what {@code Tidemark-Timeout} can ask for at most
 */
@ConfigurationProperties("tidemark.write")
public record WriteProperties(
        @DefaultValue("1048576") int bodyBytesMax,
        @DefaultValue("64") int concurrencyMax,
        @DefaultValue("1024") int waitingMax,
        @DefaultValue("10s") Duration deadline,
        @DefaultValue("30s") Duration deadlineMax) {

    public WriteProperties {
        require(bodyBytesMax >= 1, "body-bytes-max must be positive");
        require(concurrencyMax >= 1, "concurrency-max must be positive");
        require(waitingMax >= 0, "waiting-max must not be negative");
        require(deadline.toMillis() > 0, "deadline must be at least 1ms");
        require(
                deadlineMax.compareTo(deadline) >= 0,
                "deadline-max must not be shorter than deadline");
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException("tidemark.write." + message);
        }
    }
}

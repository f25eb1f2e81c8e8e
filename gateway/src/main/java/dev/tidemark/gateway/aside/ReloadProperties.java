package dev.tidemark.gateway.aside;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The lane of the reads whose clients insist on the origin, by {@code Cache-Control}.
 *
 * @param concurrency so many fetches of theirs run at once
 * @param waitingMax so many more wait for their turn; the rest is shed
 */
@ConfigurationProperties("tidemark.reload")
public record ReloadProperties(
        @DefaultValue("16") int concurrency, @DefaultValue("64") int waitingMax) {

    public ReloadProperties {
        require(concurrency >= 1, "concurrency must be positive");
        require(waitingMax >= 0, "waiting-max must not be negative");
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException("tidemark.reload." + message);
        }
    }
}

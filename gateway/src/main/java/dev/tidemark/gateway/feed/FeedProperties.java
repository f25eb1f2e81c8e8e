package dev.tidemark.gateway.feed;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How the invalidation log is followed. It is asked of the same addresses as the shared cache.
 *
 * @param stalenessMax beyond it, nothing is served for valid that is followed
 * @param silenceMax after so long without a word, or without a record of the log, another
 *     cache-service is followed; there are ten heartbeats a second
 * @param askEvery how often it is asked how stale it is itself
 */
@ConfigurationProperties("tidemark.feed")
public record FeedProperties(
        @DefaultValue("5s") Duration stalenessMax,
        @DefaultValue("2s") Duration silenceMax,
        @DefaultValue("100ms") Duration askEvery) {

    public FeedProperties {
        require(stalenessMax.toMillis() > 0, "staleness-max must be at least 1ms");
        require(silenceMax.toMillis() > 0, "silence-max must be at least 1ms");
        require(askEvery.toMillis() > 0, "ask-every must be at least 1ms");
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException("tidemark.feed." + message);
        }
    }
}

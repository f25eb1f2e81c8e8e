package dev.tidemark.gateway.check;

import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * How much of what is served from the caches is compared with the database later.
 *
 * @param rate so many answers a second are sampled at most; 0 switches the check off
 * @param windows how long after it was served each of them is compared, ascending
 * @param concurrencyMax so many fetches for comparison run at once
 * @param pendingMax so many samples wait for their comparisons; no more are taken
 * @param size how much heap they may take
 */
@ConfigurationProperties("tidemark.check")
public record CheckProperties(
        @DefaultValue("1") double rate,
        @DefaultValue({"1s", "5s", "60s"}) List<Duration> windows,
        @DefaultValue("2") int concurrencyMax,
        @DefaultValue("256") int pendingMax,
        @DefaultValue("8MB") DataSize size) {

    /** Far more than anyone needs, and still no load. */
    private static final double RATE_MAX = 1000;

    public CheckProperties {
        windows = List.copyOf(windows);
        require(rate >= 0 && rate <= RATE_MAX, "rate must be from 0 to 1000");
        require(!windows.isEmpty(), "windows must name at least one");
        for (int i = 0; i < windows.size(); i++) {
            require(windows.get(i).toMillis() > 0, "windows must be at least 1ms each");
            require(
                    i == 0 || windows.get(i).compareTo(windows.get(i - 1)) > 0,
                    "windows must be ascending");
        }
        require(concurrencyMax >= 1, "concurrency-max must be positive");
        require(pendingMax >= 1, "pending-max must be positive");
        require(size.toBytes() > 0, "size must be positive");
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException("tidemark.check." + message);
        }
    }
}

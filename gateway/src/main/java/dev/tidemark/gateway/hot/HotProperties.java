package dev.tidemark.gateway.hot;

import dev.tidemark.common.hot.HotLimits;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * What is done about keys that are read most.
 *
 * @param rate a key is hot if it is read so often a second here; or if cache-service says so
 * @param keysMax so many keys at once, the most wanted of them; 0 to do nothing about any
 * @param keep for how long a key counts as hot after it was read that often
 * @param size how much heap their entries may take that the near cache has no room for
 * @param refreshPause between two fetches of one key that no reader asked for; doubled, up to 32
 *     times, for each that comes to nothing
 */
@ConfigurationProperties("tidemark.hot")
public record HotProperties(
        @DefaultValue("100") int rate,
        @DefaultValue("100") int keysMax,
        @DefaultValue("10s") Duration keep,
        @DefaultValue("8MB") DataSize size,
        @DefaultValue("100ms") Duration refreshPause) {

    public HotProperties {
        var _ = new HotLimits(rate, keysMax, keep);
        require(!size.isNegative(), "size must not be negative");
        require(refreshPause.toMillis() >= 1, "refresh-pause must be at least 1 ms");
    }

    HotLimits limits() {
        return new HotLimits(rate, keysMax, keep);
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException("tidemark.hot." + message);
        }
    }
}

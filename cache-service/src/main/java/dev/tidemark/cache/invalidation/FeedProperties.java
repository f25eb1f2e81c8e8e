package dev.tidemark.cache.invalidation;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * What a feed can go on from without a snapshot.
 *
 * @param recordsMax how many of the last records are kept in memory
 * @param bytesMax and of how many bytes
 */
@ConfigurationProperties("tidemark.feed")
public record FeedProperties(
        @DefaultValue("65536") int recordsMax, @DefaultValue("64MB") DataSize bytesMax) {

    public FeedProperties {
        if (recordsMax < 1) {
            throw new IllegalArgumentException("tidemark.feed.records-max must be positive");
        }
        if (bytesMax.toBytes() < 1) {
            throw new IllegalArgumentException("tidemark.feed.bytes-max must be positive");
        }
    }
}

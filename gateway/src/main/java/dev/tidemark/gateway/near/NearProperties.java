package dev.tidemark.gateway.near;

import dev.tidemark.common.tag.TagClock;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The near cache.
 *
 * @param size how much heap its entries may take
 * @param tagSlots how many slots the tag clock has: a power of two, 8 bytes each
 */
@ConfigurationProperties("tidemark.near")
public record NearProperties(
        @DefaultValue("64MB") DataSize size,
        @DefaultValue("" + TagClock.SLOTS_DEFAULT) int tagSlots) {

    public NearProperties {
        if (size.toBytes() <= 0) {
            throw new IllegalArgumentException("tidemark.near.size must be positive");
        }
        if (Integer.bitCount(tagSlots) != 1 || tagSlots < 2 || tagSlots > 1 << 28) {
            throw new IllegalArgumentException(
                    "tidemark.near.tag-slots must be a power of two from 2 to 2^28");
        }
    }
}

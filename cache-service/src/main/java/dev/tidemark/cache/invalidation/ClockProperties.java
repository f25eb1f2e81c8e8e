package dev.tidemark.cache.invalidation;

import dev.tidemark.common.tag.TagClock;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How much a node remembers of invalidations.
 *
 * @param slots of the tag clock, a power of two; 8 bytes each. Fewer cost more false invalidations
 */
@ConfigurationProperties("tidemark.clock")
public record ClockProperties(@DefaultValue("" + TagClock.SLOTS_DEFAULT) int slots) {

    public ClockProperties {
        if (Integer.bitCount(slots) != 1 || slots < 2 || slots > TagClock.SLOTS_MAX) {
            throw new IllegalArgumentException(
                    "tidemark.clock.slots must be a power of two from 2 to 2^28, not " + slots);
        }
    }
}

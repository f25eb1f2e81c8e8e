package dev.tidemark.cache.hot;

import dev.tidemark.common.hot.HotLimits;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * What is done about keys that are asked for most.
 *
 * @param rate a key is hot if this instance is asked for it so often a second
 * @param keysMax so many keys at once, the most wanted of them; 0 to do nothing about any
 * @param keep for how long a key counts as hot after it was asked for that often
 * @param copyFor for how long a hot key's entry is answered from a copy before Redis is asked
 *     again; for as long again while that is under way
 * @param copiesSize how much heap the copies may take
 */
@ConfigurationProperties("tidemark.hot")
record HotProperties(
        @DefaultValue("100") int rate,
        @DefaultValue("100") int keysMax,
        @DefaultValue("10s") Duration keep,
        @DefaultValue("200ms") Duration copyFor,
        @DefaultValue("16MB") DataSize copiesSize) {

    HotProperties {
        var _ = new HotLimits(rate, keysMax, keep);
        if (copyFor.isNegative() || copyFor.compareTo(Duration.ofSeconds(1)) > 0) {
            throw new IllegalArgumentException(
                    "tidemark.hot.copy-for must be from 0 to 1 s, not " + copyFor);
        }
        if (copiesSize.isNegative()) {
            throw new IllegalArgumentException("tidemark.hot.copies-size must not be negative");
        }
    }

    HotLimits limits() {
        return new HotLimits(rate, keysMax, keep);
    }
}

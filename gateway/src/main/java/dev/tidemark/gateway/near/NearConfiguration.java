package dev.tidemark.gateway.near;

import dev.tidemark.common.tag.TagClock;
import dev.tidemark.gateway.time.MonotonicClock;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires the near cache. */
@Configuration(proxyBeanMethods = false)
class NearConfiguration {

    @Bean
    MonotonicClock monotonicClock() {
        return MonotonicClock.SYSTEM;
    }

    @Bean
    TagClock tagClock(NearProperties properties) {
        return new TagClock(properties.tagSlots());
    }

    @Bean
    NearCache nearCache(NearProperties properties, TagClock tagClock, MonotonicClock clock) {
        return new NearCache(properties.size().toBytes(), tagClock, clock);
    }

    @Bean
    MeterBinder nearMeters(NearCache near) {
        return registry -> {
            Gauge.builder("tidemark.near.bytes", near, NearCache::bytes)
                    .description("What the entries of the near cache take of the heap")
                    .baseUnit("bytes")
                    .register(registry);
            Gauge.builder("tidemark.near.entries", near, NearCache::size)
                    .description("Entries in the near cache")
                    .register(registry);
            FunctionCounter.builder("tidemark.near.evictions", near, NearCache::evictions)
                    .description("Entries that left the near cache for want of room")
                    .register(registry);
        };
    }
}

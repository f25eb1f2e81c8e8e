package dev.tidemark.gateway.near;

import dev.tidemark.gateway.feed.FeedProperties;
import dev.tidemark.gateway.feed.Follower;
import dev.tidemark.gateway.hot.HotProperties;
import dev.tidemark.gateway.hot.HotReads;
import dev.tidemark.gateway.time.MonotonicClock;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.scheduler.Schedulers;

/** Wires the near cache. */
@Configuration(proxyBeanMethods = false)
class NearConfiguration {

    @Bean
    MonotonicClock monotonicClock() {
        return MonotonicClock.SYSTEM;
    }

    @Bean
    Follower follower(NearProperties near, FeedProperties feed, MonotonicClock clock) {
        return new Follower(near.tagSlots(), feed.stalenessMax(), clock, Schedulers.parallel());
    }

    @Bean
    NearCache nearCache(
            NearProperties properties,
            HotProperties hotProperties,
            HotReads hot,
            Follower follower,
            MonotonicClock clock) {
        return new NearCache(
                properties.size().toBytes(),
                hotProperties.size().toBytes(),
                hot::isHot,
                follower,
                clock);
    }

    @Bean
    MeterBinder nearMeters(NearCache near) {
        return registry -> {
            Gauge.builder("tidemark.near.bytes", near, NearCache::bytes)
                    .description("What the entries of the near cache take of the heap")
                    .baseUnit("bytes")
                    .register(registry);
            Gauge.builder("tidemark.near.pinned.bytes", near, NearCache::pinnedBytes)
                    .description("What the entries of hot keys take that are kept in any case")
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

package dev.tidemark.cache.hot;

import dev.tidemark.cache.entry.EntryStore;
import dev.tidemark.common.hot.HotKey;
import dev.tidemark.common.hot.HotKeys;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.ThreadLocalRandom;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires what is done about hot keys. */
@Configuration(proxyBeanMethods = false)
class HotConfiguration {

    /** A look-up costs a thousand times what counting it does: all are. */
    private static final int ONE_IN = 1;

    @Bean
    HotKeys hotKeys(HotProperties properties, MeterRegistry meters) {
        HotKeys keys =
                new HotKeys(
                        properties.limits(),
                        ONE_IN,
                        System::nanoTime,
                        () -> ThreadLocalRandom.current().nextInt());
        Gauge.builder("tidemark.hot.keys", keys, hot -> hot.top().size())
                .description("Keys that are asked for most")
                .strongReference(true)
                .register(meters);
        Gauge.builder(
                        "tidemark.hot.rate",
                        keys,
                        hot -> hot.top().stream().mapToLong(HotKey::perSecond).sum())
                .description("How often a second they are asked for, all together")
                .strongReference(true)
                .register(meters);
        return keys;
    }

    @Bean
    CopyingEntryStore copyingEntryStore(
            @Qualifier("entryStore") EntryStore store,
            HotKeys keys,
            HotProperties properties,
            MeterRegistry meters) {
        Copies copies = new Copies(properties.copiesSize().toBytes());
        Gauge.builder("tidemark.hot.copies.bytes", copies, Copies::bytes)
                .description("What the copies of hot keys' entries take of the heap")
                .baseUnit("bytes")
                .strongReference(true)
                .register(meters);
        Counter copied =
                Counter.builder("tidemark.hot.copied")
                        .description("Look-ups that a copy answered, which Redis was spared")
                        .register(meters);
        return new CopyingEntryStore(
                store, keys, copies, properties.copyFor(), copied::increment, System::nanoTime);
    }

    @Bean
    HotWindows hotWindows(HotKeys keys, CopyingEntryStore copies) {
        return new HotWindows(keys, copies);
    }

    @Bean
    HotEndpoint hotEndpoint(HotKeys keys) {
        return new HotEndpoint(keys);
    }
}

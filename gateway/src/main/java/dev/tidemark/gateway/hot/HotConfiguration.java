package dev.tidemark.gateway.hot;

import dev.tidemark.common.hot.HotKey;
import dev.tidemark.common.hot.HotKeys;
import dev.tidemark.gateway.time.MonotonicClock;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.concurrent.ThreadLocalRandom;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires what is known of hot keys. */
@Configuration(proxyBeanMethods = false)
class HotConfiguration {

    /** At the rate of a hot key that is ten a window, enough to tell it from half of that. */
    private static final int ONE_IN = 4;

    @Bean
    HotReads hotReads(HotProperties properties, MonotonicClock clock) {
        return new HotReads(
                new HotKeys(
                        properties.limits(),
                        ONE_IN,
                        clock::nanos,
                        () -> ThreadLocalRandom.current().nextInt()));
    }

    @Bean
    HotEndpoint hotEndpoint(HotReads reads) {
        return new HotEndpoint(reads);
    }

    @Bean
    MeterBinder hotMeters(HotReads reads) {
        return registry -> {
            Gauge.builder("tidemark.hot.keys", reads, hot -> hot.top().size())
                    .description("Keys that are read most")
                    .register(registry);
            Gauge.builder(
                            "tidemark.hot.rate",
                            reads,
                            hot -> hot.top().stream().mapToLong(HotKey::perSecond).sum())
                    .description("How often a second they are read, all together")
                    .register(registry);
        };
    }
}

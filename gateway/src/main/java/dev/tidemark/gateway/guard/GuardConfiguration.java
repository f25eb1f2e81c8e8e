package dev.tidemark.gateway.guard;

import dev.tidemark.gateway.time.MonotonicClock;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires the guard. */
@Configuration(proxyBeanMethods = false)
class GuardConfiguration {

    @Bean
    MissingGuard missingGuard(
            GuardProperties properties, MonotonicClock clock, MeterRegistry meters) {
        return new MissingGuard(properties, clock, meters);
    }

    @Bean
    Clients clients(GuardProperties properties) {
        return new Clients(properties.trustedProxies());
    }
}

package dev.tidemark.gateway.resilience;

import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires what the clients of both services share. */
@Configuration(proxyBeanMethods = false)
class ResilienceConfiguration {

    @Bean
    Breakers breakers(CircuitBreakerRegistry registry, BreakerProperties properties) {
        return new Breakers(registry, properties);
    }

    @Bean
    ServicesHealth servicesHealthIndicator(CircuitBreakerRegistry registry) {
        return new ServicesHealth(registry);
    }

    @Bean
    NameRefresh nameRefresh() {
        return new NameRefresh();
    }
}

package dev.tidemark.gateway.resilience;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * Which instances of other services are left alone at the moment: for people to read. The gateway
 * itself is well without any of them.
 */
final class ServicesHealth implements HealthIndicator {

    private final CircuitBreakerRegistry breakers;

    ServicesHealth(CircuitBreakerRegistry breakers) {
        this.breakers = breakers;
    }

    @Override
    public Health health() {
        Health.Builder health = Health.up();
        breakers.getAllCircuitBreakers().stream()
                .sorted(java.util.Comparator.comparing(CircuitBreaker::getName))
                .forEach(breaker -> health.withDetail(breaker.getName(), text(breaker)));
        return health.build();
    }

    private static String text(CircuitBreaker breaker) {
        return switch (breaker.getState()) {
            case OPEN, FORCED_OPEN -> "left alone";
            case HALF_OPEN -> "tried again";
            case CLOSED, DISABLED, METRICS_ONLY -> "asked";
        };
    }
}

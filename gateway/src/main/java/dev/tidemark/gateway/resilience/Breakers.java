package dev.tidemark.gateway.resilience;

import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.core.IntervalFunction;
import java.net.InetSocketAddress;

/** Makes the breaker of each instance; their states are Resilience4j's own meters. */
public final class Breakers {

    /**
     * Of the time for which a breaker stays open in the end, it opens for this part at first, and
     * for twice as long each time that its trials fail: most of what fails is back soon, and until
     * a trial says so, those who have nothing cached are refused.
     */
    private static final int FIRST_PART = 16;

    private final CircuitBreakerRegistry registry;
    private final CircuitBreakerConfig config;

    public Breakers(CircuitBreakerRegistry registry, BreakerProperties properties) {
        this.registry = registry;
        this.config =
                CircuitBreakerConfig.custom()
                        .slidingWindowSize(properties.window())
                        .minimumNumberOfCalls(properties.callsMin())
                        .failureRateThreshold(properties.failurePercent())
                        .waitIntervalFunctionInOpenState(
                                IntervalFunction.ofExponentialBackoff(
                                        properties.openFor().dividedBy(FIRST_PART),
                                        2,
                                        properties.openFor()))
                        .permittedNumberOfCallsInHalfOpenState(properties.trials())
                        // Trials whose callers left must not keep it half open for ever.
                        .maxWaitDurationInHalfOpenState(properties.openFor())
                        .build();
    }

    /**
     * The breaker of one instance.
     *
     * @param service such as {@code origin}
     */
    public Breaker breaker(String service, InetSocketAddress address) {
        String name = service + ' ' + address.getHostString() + ':' + address.getPort();
        return new Breaker(registry.circuitBreaker(name, config));
    }
}

package dev.tidemark.gateway.resilience;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import reactor.core.publisher.Mono;

/**
 * Leaves an instance alone that fails. What counts as a failure is for the caller to say: an error
 * always does, a value if it fulfils the predicate. A caller that leaves counts as nothing.
 */
public final class Breaker {

    private final CircuitBreaker breaker;

    Breaker(CircuitBreaker breaker) {
        this.breaker = breaker;
    }

    /** Whether a call would be let through now. */
    public boolean isClosed() {
        return breaker.getState() != CircuitBreaker.State.OPEN;
    }

    /**
     * Makes the call, or answers {@link BreakerOpenException} at once.
     *
     * @param isFailure which values count as failures
     */
    public <V> Mono<V> guard(Mono<V> call, Predicate<V> isFailure) {
        return Mono.defer(() -> {
            if (!breaker.tryAcquirePermission()) {
                return Mono.error(new BreakerOpenException(breaker.getName()));
            }
            long start = breaker.getCurrentTimestamp();
            // Each call is counted once, whatever comes first.
            AtomicBoolean counted = new AtomicBoolean();
            return call.doOnSuccess(
                            value -> {
                                if (counted.compareAndSet(false, true)) {
                                    long took = breaker.getCurrentTimestamp() - start;
                                    if (value != null && isFailure.test(value)) {
                                        breaker.onError(took, unit(), new CountedFailure());
                                    } else {
                                        breaker.onSuccess(took, unit());
                                    }
                                }
                            })
                    .doOnError(error -> {
                        if (counted.compareAndSet(false, true)) {
                            breaker.onError(breaker.getCurrentTimestamp() - start, unit(), error);
                        }
                    })
                    .doOnCancel(() -> {
                        if (counted.compareAndSet(false, true)) {
                            breaker.releasePermission();
                        }
                    });
        });
    }

    private TimeUnit unit() {
        return breaker.getTimestampUnit();
    }

    /** How long to stay away from an instance whose breaker is open. */
    public static final Duration RETRY_AFTER = Duration.ofSeconds(2);

    /** A value that counts as a failure; only ever seen by the breaker. */
    private static final class CountedFailure extends RuntimeException {

        private static final long serialVersionUID = 1;

        CountedFailure() {
            super("a failure", null, false, false);
        }
    }
}

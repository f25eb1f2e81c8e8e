package dev.tidemark.gateway.resilience;

import dev.tidemark.gateway.time.MonotonicClock;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

/**
 * Sends a call to the instance that is likely to be the quickest, and makes one more attempt at
 * another where the first fails, or hedges it where it takes longer than nineteen of twenty (Dean
 * and Barroso: The Tail at Scale, 2013). At most one more per call, and as the budget allows; an
 * instance whose breaker is open is passed over, which costs nothing.
 *
 * <p>Only for calls that may be made twice.
 */
public final class Balancer<T> {

    /** In hand for the moment in which an instance dies with all its calls. */
    private static final int ATTEMPTS_IN_HAND = 50;

    private final Instances<Balanced<T>> instances;
    private final RetryBudget budget = new RetryBudget(ATTEMPTS_IN_HAND);
    private final HedgeDelay hedgeDelay = new HedgeDelay();
    private final MonotonicClock clock;
    private final Scheduler scheduler;
    private final Counter repeated;
    private final Counter hedged;

    /**
     * @param service such as {@code origin}
     */
    public Balancer(
            String service,
            Instances<Balanced<T>> instances,
            MonotonicClock clock,
            Scheduler scheduler,
            MeterRegistry meters) {
        this.instances = instances;
        this.clock = clock;
        this.scheduler = scheduler;
        this.repeated = attempts(service, "repeated", meters);
        this.hedged = attempts(service, "hedged", meters);
        Gauge.builder("tidemark.attempts.budget", budget, RetryBudget::attempts)
                .description("Second attempts that may be made now")
                .tag("service", service)
                .register(meters);
        Gauge.builder(
                        "tidemark.attempts.hedge.delay",
                        hedgeDelay,
                        delay -> delay.now().toNanos() / 1e9)
                .description("After how many seconds a call gets a second attempt beside")
                .tag("service", service)
                .register(meters);
    }

    private static Counter attempts(String service, String kind, MeterRegistry meters) {
        return Counter.builder("tidemark.attempts")
                .description("Second attempts at another instance")
                .tag("service", service)
                .tag("kind", kind)
                .register(meters);
    }

    /**
     * Makes a call.
     *
     * @param isFailure which values another instance might better
     * @param hedge whether somebody waits for it
     */
    public <V> Mono<V> call(Function<T, Mono<V>> call, Predicate<V> isFailure, boolean hedge) {
        return Mono.defer(() -> {
            budget.called();
            Candidates candidates = new Candidates(byCost());
            Mono<V> first = repeating(candidates, call, isFailure);
            return hedge && candidates.areMany() ? hedging(first, candidates, call) : first;
        });
    }

    private List<Balanced<T>> byCost() {
        long now = clock.nanos();
        record Costly<T>(Balanced<T> instance, double cost) {}
        return instances.inTurn().stream()
                .map(instance -> new Costly<>(instance, instance.load().cost(now)))
                // Stable: those that are alike take turns.
                .sorted(Comparator.comparingDouble(Costly::cost))
                .map(Costly::instance)
                .toList();
    }

    private <V> Mono<V> repeating(
            Candidates candidates, Function<T, Mono<V>> call, Predicate<V> isFailure) {
        return attempt(candidates.next().orElseThrow(), candidates, call)
                .flatMap(value ->
                        isFailure.test(value)
                                ? again(candidates, call).orElseGet(() -> Mono.just(value))
                                : Mono.just(value))
                .onErrorResume(
                        Failures::isConnectionFailure,
                        error -> again(candidates, call).orElseGet(() -> Mono.error(error)));
    }

    private <V> Optional<Mono<V>> again(Candidates candidates, Function<T, Mono<V>> call) {
        return candidates
                .second()
                .map(instance -> {
                    repeated.increment();
                    return attempt(instance, candidates, call);
                });
    }

    private <V> Mono<V> attempt(
            Balanced<T> instance, Candidates candidates, Function<T, Mono<V>> call) {
        return measured(instance, call)
                .onErrorResume(
                        Failures::isBreakerOpen,
                        error ->
                                candidates
                                        .next()
                                        .map(next -> attempt(next, candidates, call))
                                        .orElseGet(() -> Mono.error(error)));
    }

    private <V> Mono<V> measured(Balanced<T> instance, Function<T, Mono<V>> call) {
        return Mono.defer(() -> {
            Load load = instance.load();
            long began = clock.nanos();
            load.begin();
            return call.apply(instance.client())
                    .doOnSuccess(value -> {
                        long now = clock.nanos();
                        load.end(now - began, now);
                        hedgeDelay.add(now - began);
                    })
                    .doOnError(error -> {
                        if (Failures.isBreakerOpen(error)) {
                            load.cancel();
                        } else {
                            load.fail(clock.nanos());
                        }
                    })
                    .doOnCancel(() -> {
                        long now = clock.nanos();
                        load.end(now - began, now);
                    });
        });
    }

    /** The first value of the two; where neither has one, the first attempt's error. */
    private <V> Mono<V> hedging(Mono<V> first, Candidates candidates, Function<T, Mono<V>> call) {
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        Sinks.Empty<Void> over = Sinks.empty();
        Mono<V> beside =
                Mono.delay(hedgeDelay.now(), scheduler)
                        .takeUntilOther(over.asMono())
                        .flatMap(tick ->
                                candidates
                                        .second()
                                        .map(instance -> {
                                            hedged.increment();
                                            return attempt(instance, candidates, call);
                                        })
                                        .orElseGet(Mono::empty));
        Mono<V> told =
                first.doOnError(error -> {
                    failure.set(error);
                    over.tryEmitEmpty();
                });
        return Mono.firstWithValue(told, beside)
                .onErrorMap(
                        NoSuchElementException.class,
                        none -> {
                            Throwable error = failure.get();
                            return error == null ? none : error;
                        });
    }

    /** Those that have not been asked yet by one call. */
    private final class Candidates {

        private final Queue<Balanced<T>> left;
        private final boolean many;
        private boolean second;

        Candidates(List<Balanced<T>> all) {
            left = new ArrayDeque<>(all);
            many = all.size() > 1;
        }

        boolean areMany() {
            return many;
        }

        synchronized Optional<Balanced<T>> next() {
            return Optional.ofNullable(left.poll());
        }

        /** The one for the second attempt, if there may be one. */
        synchronized Optional<Balanced<T>> second() {
            if (second || left.isEmpty() || !budget.take()) {
                return Optional.empty();
            }
            second = true;
            return next();
        }
    }
}

package dev.tidemark.gateway.aside;

import dev.tidemark.common.wire.Lease;
import dev.tidemark.common.wire.Renewal;
import dev.tidemark.gateway.shared.SharedCache;
import dev.tidemark.gateway.time.MonotonicClock;
import java.time.Duration;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Says of a lease that its fetch or fill is still under way, for as long as it is: a lease is
 * granted for no longer than those usually take, so that one who died holds nobody up.
 */
record LeaseKeeper(SharedCache shared, MonotonicClock clock, Scheduler scheduler) {

    /** Renews it until it is lost or this is disposed of. */
    Disposable keep(Lease lease) {
        return renew(lease, clock.nanos(), Lease.SHORTEST).subscribe();
    }

    /** Halfway to the end of what is left, so that one slow answer does not lose the lease. */
    private Mono<Void> renew(Lease lease, long beganNanos, Duration left) {
        return Mono.delay(left.dividedBy(2), scheduler)
                .flatMap(tick ->
                        shared.renew(
                                new Renewal(lease, Duration.ofNanos(clock.nanos() - beganNanos))))
                // Who did not hear that it is lost goes on: one slow answer is not the end of it.
                .defaultIfEmpty(Lease.SHORTEST)
                .flatMap(held ->
                        held.compareTo(Lease.SHORTEST) < 0
                                ? Mono.empty()
                                : renew(lease, beganNanos, held));
    }
}

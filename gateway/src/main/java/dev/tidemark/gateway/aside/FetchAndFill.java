package dev.tidemark.gateway.aside;

import dev.tidemark.common.problem.Problem;
import dev.tidemark.common.wire.Fill;
import dev.tidemark.common.wire.Lease;
import dev.tidemark.common.wire.Release;
import dev.tidemark.gateway.http.Forward;
import dev.tidemark.gateway.http.ServerTiming;
import dev.tidemark.gateway.near.Entry;
import dev.tidemark.gateway.near.Found;
import dev.tidemark.gateway.near.NearCache;
import dev.tidemark.gateway.origin.Fetch;
import dev.tidemark.gateway.origin.Fetched;
import dev.tidemark.gateway.origin.Origin;
import dev.tidemark.gateway.shared.SharedCache;
import dev.tidemark.gateway.time.MonotonicClock;
import java.time.Duration;
import java.util.Optional;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;

/**
 * The end of an errand: asks the origin, puts the answer into the near cache, lands, then fills the
 * shared cache or gives the lease back.
 */
final class FetchAndFill {

    private final NearCache near;
    private final SharedCache shared;
    private final Origin origin;
    private final KeyMarks passes;
    private final Contested contested;
    private final LeaseKeeper leaseKeeper;
    private final SoftTtlJitter jitter;
    private final MonotonicClock clock;
    private final AsideMeters meters;

    FetchAndFill(
            NearCache near,
            SharedCache shared,
            Origin origin,
            KeyMarks passes,
            Contested contested,
            LeaseKeeper leaseKeeper,
            SoftTtlJitter jitter,
            MonotonicClock clock,
            AsideMeters meters) {
        this.near = near;
        this.shared = shared;
        this.origin = origin;
        this.passes = passes;
        this.contested = contested;
        this.leaseKeeper = leaseKeeper;
        this.jitter = jitter;
        this.clock = clock;
        this.meters = meters;
    }

    /** Fetches, and lands with what came of it; the fill comes after. */
    Mono<Flights.Landed> fetch(Trip trip, Optional<Lease> lease, Optional<Forward> forward) {
        return Mono.defer(() -> {
            long began = clock.nanos();
            // Until the fill is there: all who wait in this gateway have their answers first.
            Disposable kept = lease.map(leaseKeeper::keep).orElseGet(Disposables::disposed);
            return origin.fetch(
                            new Fetch(
                                    trip.reader().request().canonical(),
                                    trip.deadline(),
                                    trip.replicaFrom(),
                                    trip.purpose()))
                    .map(fetched -> land(trip, fetched, lease, forward, began).until(kept))
                    .doOnCancel(kept::dispose)
                    .doOnError(error -> {
                        kept.dispose();
                        release(lease, Release.Why.UNUSED).subscribe();
                    });
        });
    }

    private Flights.Landed land(
            Trip trip,
            Fetched fetched,
            Optional<Lease> lease,
            Optional<Forward> forward,
            long began) {
        ServerTiming timing =
                new ServerTiming(
                        forward.map(any -> Duration.ofNanos(began - trip.beganNanos())),
                        Optional.of(since(began)));
        return switch (fetched) {
            case Fetched.Whole(var answer, _, var behind) -> {
                Entry entry =
                        new Entry(
                                answer.with(jitter.apply(answer.policy()), since(began)),
                                began - behind.orElse(Duration.ZERO).toNanos());
                // Overtaken on its way: right for who waits for it, and of no use to anyone later.
                boolean overtaken = near.judge(entry) instanceof Found.Invalid;
                if (!overtaken) {
                    near.put(trip.reader().key(), entry);
                }
                yield new Flights.Landed(
                        new Landing.FetchedWhole(
                                entry, !overtaken, behind.isEmpty(), began, forward, timing),
                        overtaken ? overtaken(trip, lease) : fill(lease, entry));
            }
            case Fetched.Streaming streaming -> {
                passes.mark(trip.reader().key());
                yield new Flights.Landed(
                        new Landing.FetchedStream(streaming, began, forward, timing),
                        release(lease, Release.Why.UNCACHEABLE));
            }
            case Fetched.Refused refused ->
                    new Flights.Landed(
                            new Landing.FetchedProblem(refused, began, forward),
                            release(lease, Release.Why.UNUSED));
            case Fetched.Unavailable(Problem problem) ->
                    new Flights.Landed(
                            new Landing.Failed(problem), release(lease, Release.Why.UNUSED));
        };
    }

    private Mono<Void> fill(Optional<Lease> lease, Entry entry) {
        return lease.map(held ->
                        Mono.defer(() ->
                                shared.fill(
                                        new Fill(held, entry.answer(), entry.age(clock.nanos())))))
                .orElse(Mono.empty());
    }

    private Mono<Void> overtaken(Trip trip, Optional<Lease> lease) {
        meters.overtaken();
        boolean again = contested.overtaken(trip.reader().key());
        return release(lease, again ? Release.Why.OVERTAKEN : Release.Why.UNUSED);
    }

    private Mono<Void> release(Optional<Lease> lease, Release.Why why) {
        return lease.map(held -> shared.release(new Release(held, why))).orElse(Mono.empty());
    }

    private Duration since(long nanos) {
        return Duration.ofNanos(clock.nanos() - nanos);
    }
}

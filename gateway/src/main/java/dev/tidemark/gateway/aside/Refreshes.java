package dev.tidemark.gateway.aside;

import dev.tidemark.common.request.ReadRequest;
import dev.tidemark.common.wire.CacheKey;
import dev.tidemark.gateway.aside.AsideMeters.Refresh;
import dev.tidemark.gateway.guard.Client;
import dev.tidemark.gateway.http.Forward;
import dev.tidemark.gateway.near.Entry;
import dev.tidemark.gateway.session.Session;
import dev.tidemark.gateway.time.Deadline;
import dev.tidemark.gateway.time.MonotonicClock;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/**
 * Has entries fetched again that are about to be stale or are, or that are hot and overtaken: by a
 * flight that no reader waits for, though one may board it.
 */
final class Refreshes {

    private final Flights flights;
    private final Errand errand;
    private final KeyMarks passes;
    private final Contested contested;
    private final EarlyRefresh early;
    private final Semaphore places;
    private final Duration deadline;
    private final MonotonicClock clock;
    private final AsideMeters meters;

    /**
     * @param flights of the readers
     * @param concurrency so many at once; what is beyond is left to expire
     */
    Refreshes(
            Flights flights,
            Errand errand,
            KeyMarks passes,
            Contested contested,
            EarlyRefresh early,
            int concurrency,
            Duration deadline,
            MonotonicClock clock,
            AsideMeters meters) {
        this.flights = flights;
        this.errand = errand;
        this.passes = passes;
        this.contested = contested;
        this.early = early;
        this.places = new Semaphore(concurrency);
        this.deadline = deadline;
        this.clock = clock;
        this.meters = meters;
    }

    /** A fresh entry was served: it is fetched again if its time comes. */
    void ahead(ReadRequest request, CacheKey key, Entry entry) {
        if (early.isDue(entry, clock.nanos())) {
            aheadNow(request, key, entry);
        }
    }

    /** The same, since its time has come. */
    void aheadNow(ReadRequest request, CacheKey key, Entry entry) {
        launch(request, key, Refresh.AHEAD, reader -> errand.ahead(reader, entry));
    }

    /** A stale entry was served. */
    void behind(ReadRequest request, CacheKey key) {
        launch(request, key, Refresh.BEHIND, errand::behind);
    }

    /**
     * A change has made the entry invalid, whose readers will be here in a moment: it is fetched as
     * if the first of them were here already, since the others are going to wait for this flight.
     */
    void afterChange(ReadRequest request, CacheKey key, Entry invalid) {
        // Where changes overtake every fetch, queueing for a lease would delay them.
        if (!contested.isContested(key)) {
            launch(
                    request,
                    key,
                    Refresh.CHANGED,
                    reader -> errand.toSharedCache(reader, errand.newerThan(invalid.answer())));
        }
    }

    private void launch(
            ReadRequest request,
            CacheKey key,
            Refresh when,
            Function<Reader, Mono<Flights.Landed>> task) {
        // Who wants nothing kept has nothing fetched for others either.
        if (flights.isFlying(key)
                || request.directives().noStore()
                || passes.isMarked(key)
                || !places.tryAcquire()) {
            return;
        }
        long now = clock.nanos();
        Reader nobody =
                new Reader(
                        request,
                        Client.UNKNOWN,
                        Session.NONE,
                        key,
                        now,
                        Deadline.in(deadline, now),
                        Forward.STALE);
        boolean launched =
                flights.launch(key, () -> task.apply(nobody).doFinally(end -> places.release()));
        if (launched) {
            meters.refreshed(when);
        } else {
            places.release();
        }
    }
}

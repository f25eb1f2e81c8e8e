package dev.tidemark.gateway.aside;

import dev.tidemark.common.wire.CacheKey;
import dev.tidemark.gateway.origin.BodyStream;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * At most one flight per key: who needs the same thing meanwhile boards it.
 *
 * <p>A flight is a task of its own and not the subscription of whoever started it, so a client that
 * hangs up takes nothing from the others; when all have left it lands all the same. Invariants:
 *
 * <ul>
 *   <li><b>Gone before it lands.</b> A flight leaves the table before anyone gets its landing, so
 *       whoever refuses it starts or boards a later one.
 *   <li><b>No stream without a reader.</b> A stream is the leader's; if it leaves, before or after
 *       the landing, or there never was one, the stream is given up.
 *   <li><b>Landing first.</b> What is left to do, such as the fill, begins after the answers.
 * </ul>
 */
final class Flights {

    /**
     * What a flight came to.
     *
     * @param afterwards what is done once everyone has the landing
     */
    record Landed(Landing landing, Mono<Void> afterwards) {

        /** The same, which ends something once all is done. */
        Landed until(Disposable kept) {
            return new Landed(landing, afterwards.doFinally(signal -> kept.dispose()));
        }
    }

    /**
     * A place in a flight.
     *
     * @param refresh whether it was launched without a reader
     */
    record Seat(Mono<Landing> landing, boolean leads, boolean refresh) {}

    private final ConcurrentMap<CacheKey, Flight> flights = new ConcurrentHashMap<>();

    /**
     * Boards the flight for this key, or starts one.
     *
     * @param task never an error
     */
    Seat board(CacheKey key, Supplier<Mono<Landed>> task) {
        Flight started = new Flight(key, false);
        Flight flying = flights.putIfAbsent(key, started);
        if (flying != null) {
            return new Seat(flying.landing.asMono(), false, flying.refresh);
        }
        return new Seat(started.lead(task), true, false);
    }

    /**
     * Starts a flight that nobody waits for, unless there is one for this key. Later readers may
     * board it.
     */
    boolean launch(CacheKey key, Supplier<Mono<Landed>> task) {
        Flight started = new Flight(key, true);
        if (flights.putIfAbsent(key, started) != null) {
            return false;
        }
        started.leave();
        started.fly(task);
        return true;
    }

    boolean isFlying(CacheKey key) {
        return flights.containsKey(key);
    }

    int size() {
        return flights.size();
    }

    private final class Flight {

        private final CacheKey key;
        private final boolean refresh;
        private final Sinks.One<Landing> landing = Sinks.one();

        // Written in this order by the one who lands and in the other by the leader who leaves, so
        // that whoever comes second sees both, and gives up the stream that nobody will claim.
        private volatile @Nullable BodyStream stream;
        private volatile boolean leaderLeft;

        Flight(CacheKey key, boolean refresh) {
            this.key = key;
            this.refresh = refresh;
        }

        Mono<Landing> lead(Supplier<Mono<Landed>> task) {
            fly(task);
            return landing.asMono().doOnCancel(this::leave);
        }

        void fly(Supplier<Mono<Landed>> task) {
            task.get().subscribe(this::land, this::crash);
        }

        /** Also when the leader has its landing already, but not yet claimed the stream. */
        private void leave() {
            leaderLeft = true;
            BodyStream landed = stream;
            if (landed != null) {
                landed.discard();
            }
        }

        private void land(Landed landed) {
            flights.remove(key, this);
            if (landed.landing() instanceof Landing.FetchedStream fetched) {
                stream = fetched.streaming().body();
                if (leaderLeft) {
                    fetched.streaming().body().discard();
                }
            }
            landing.tryEmitValue(landed.landing());
            landed.afterwards().subscribe();
        }

        private void crash(Throwable error) {
            flights.remove(key, this);
            landing.tryEmitError(error);
        }
    }
}

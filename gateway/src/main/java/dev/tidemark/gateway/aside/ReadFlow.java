package dev.tidemark.gateway.aside;

import dev.tidemark.common.problem.Problem;
import dev.tidemark.common.problem.ProblemType;
import dev.tidemark.common.request.ReadRequest;
import dev.tidemark.common.wire.CacheKey;
import dev.tidemark.gateway.http.CacheStatus;
import dev.tidemark.gateway.http.Demand;
import dev.tidemark.gateway.http.Forward;
import dev.tidemark.gateway.http.ServerTiming;
import dev.tidemark.gateway.near.Entry;
import dev.tidemark.gateway.near.Found;
import dev.tidemark.gateway.near.NearCache;
import dev.tidemark.gateway.origin.Fetched;
import dev.tidemark.gateway.origin.Origin;
import dev.tidemark.gateway.time.Deadline;
import dev.tidemark.gateway.time.MonotonicClock;
import java.time.Duration;
import java.util.Optional;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * How a read is answered: from the near cache, else by a flight to the shared cache and the origin
 * that all readers of the key share.
 *
 * <p>The reader's side is here, the flight's in {@link Errand}. What makes sharing right is {@link
 * #mayTake}: a reader takes what a flight brought iff it is valid by this node's clock on arrival,
 * or was fetched after the reader asked; else it flies once more, and then only to the origin.
 */
public final class ReadFlow {

    private final NearCache near;
    private final Errand errand;
    private final Origin origin;
    private final Flights flights = new Flights();
    private final PassMarkers passes;
    private final ReadProperties properties;
    private final MonotonicClock clock;
    private final Scheduler scheduler;
    private final AsideMeters meters;

    ReadFlow(
            NearCache near,
            Errand errand,
            Origin origin,
            PassMarkers passes,
            ReadProperties properties,
            MonotonicClock clock,
            Scheduler scheduler,
            AsideMeters meters) {
        this.near = near;
        this.errand = errand;
        this.origin = origin;
        this.passes = passes;
        this.properties = properties;
        this.clock = clock;
        this.scheduler = scheduler;
        this.meters = meters;
    }

    /** Answers a read within its deadline. Never an error. */
    public Mono<Served> read(ReadRequest request, CacheKey key) {
        return Mono.defer(() -> {
            long asked = clock.nanos();
            Found found = near.find(key);
            if (found instanceof Found.Fresh(Entry entry) && Demand.isMet(request, entry, asked)) {
                meters.nearHit();
                return Mono.just(nearHit(entry, asked));
            }
            meters.nearPassed(found);
            Reader reader = new Reader(request, key, asked, deadline(request, asked), why(found));
            return inTime(reader, answer(reader, found));
        });
    }

    /** Answers a read past all caches and without keeping anything. Never an error. */
    public Mono<Served> bypass(ReadRequest request, CacheKey key) {
        return Mono.defer(() -> {
            long asked = clock.nanos();
            Deadline deadline = deadline(request, asked);
            Reader reader = new Reader(request, key, asked, deadline, Forward.BYPASS);
            return pass(reader).timeout(deadline.left(asked), Mono.just(timedOut()), scheduler);
        });
    }

    /** An answer from memory, for a reader whose demand it meets. */
    public static Served nearHit(Entry entry, long nowNanos) {
        String status = CacheStatus.nearHit(entry.softTtlLeft(nowNanos));
        return new Served.Whole(entry, false, status, ServerTiming.NEAR);
    }

    private Mono<Served> answer(Reader reader, Found found) {
        if (reader.request().directives().onlyIfCached()) {
            return errand.lookUpOnly(reader)
                    .map(landing -> sharedHit(reader, landing, true, false))
                    .switchIfEmpty(Mono.fromSupplier(ReadFlow::notCached));
        }
        if (reader.request().directives().noStore()) {
            return errand.lookUpOnly(reader)
                    .map(landing -> sharedHit(reader, landing, false, false))
                    .switchIfEmpty(Mono.defer(() -> pass(reader)));
        }
        if (passes.isMarked(reader.key())) {
            return pass(reader);
        }
        return switch (found) {
            // It is valid: what the reader demands can only come from the origin.
            case Found.Fresh fresh -> fly(reader, errand.toOrigin(reader));
            case Found.Invalid(Entry refused) ->
                    fly(reader, errand.toSharedCache(reader, refused.answer().version()));
            case Found.Stale stale -> fly(reader, errand.toSharedCache(reader));
            case Found.Absent absent -> fly(reader, errand.toSharedCache(reader));
        };
    }

    /** Boards the key's flight, or sends one off on this errand. */
    private Mono<Served> fly(Reader reader, Mono<Flights.Landed> task) {
        return Mono.deferContextual(context -> {
            Flights.Seat seat = flights.board(reader.key(), () -> task.contextWrite(context));
            if (!seat.leads()) {
                meters.coalesced();
            }
            return seat.landing().flatMap(landing -> judge(reader, landing, seat.leads()));
        });
    }

    private Mono<Served> judge(Reader reader, Landing landing, boolean leads) {
        return switch (landing) {
            case Landing.Found found when mayTake(reader, found.entry()) ->
                    Mono.just(sharedHit(reader, found, true, !leads));
            case Landing.FetchedWhole fetched
                    when isSince(reader, fetched.beganNanos())
                            || mayTake(reader, fetched.entry()) ->
                    Mono.just(whole(reader, fetched, !leads));
            case Landing.FetchedStream stream when leads ->
                    Mono.just(streamed(reader, stream, stream.shared()));
            case Landing.FetchedStream stream -> pass(reader);
            case Landing.FetchedProblem problem
                    when problem.refused().isFailure() || isSince(reader, problem.beganNanos()) ->
                    Mono.just(refused(reader, problem.refused(), problem.shared(), !leads));
            case Landing.Failed(Problem problem) -> Mono.just(instead(reader, problem));
            // Others may have it, this reader not: once more.
            case Landing.Found found -> fly(reader, errand.toOrigin(reader));
            case Landing.FetchedWhole fetched -> fly(reader, errand.toOrigin(reader));
            case Landing.FetchedProblem problem -> fly(reader, errand.toOrigin(reader));
        };
    }

    private boolean mayTake(Reader reader, Entry entry) {
        long now = clock.nanos();
        return near.isValid(entry)
                && entry.isFresh(now)
                && Demand.isMet(reader.request(), entry, now);
    }

    /** Whether a fetch saw everything that had been committed when the reader asked. */
    private static boolean isSince(Reader reader, long beganNanos) {
        return beganNanos - reader.askedNanos() >= 0;
    }

    /** A fetch for this reader alone, of which nothing is kept. */
    private Mono<Served> pass(Reader reader) {
        return Mono.defer(() -> {
            long began = clock.nanos();
            return origin.fetch(reader.request().canonical(), fetchDeadline(reader))
                    .map(fetched -> passed(reader, fetched, began));
        });
    }

    private Served passed(Reader reader, Fetched fetched, long began) {
        ServerTiming timing = ServerTiming.ofOrigin(Duration.ofNanos(clock.nanos() - began));
        return switch (fetched) {
            case Fetched.Whole(var answer) ->
                    new Served.Whole(
                            new Entry(answer, began), false, CacheStatus.bypassed(), timing);
            case Fetched.Streaming streaming ->
                    new Served.Streamed(
                            streaming.status(),
                            streaming.head(),
                            streaming.body(),
                            Duration.ofNanos(clock.nanos() - began),
                            CacheStatus.bypassed(),
                            timing);
            case Fetched.Refused refused -> refused(reader, refused, Optional.empty(), false);
            case Fetched.Unavailable(Problem problem) -> instead(reader, problem);
        };
    }

    private Served sharedHit(
            Reader reader, Landing.Found found, boolean stored, boolean collapsed) {
        Duration ttlLeft = found.entry().softTtlLeft(clock.nanos());
        String status = CacheStatus.sharedHit(ttlLeft, reader.near(), stored, collapsed);
        return new Served.Whole(found.entry(), false, status, found.timing());
    }

    private static Served whole(Reader reader, Landing.FetchedWhole fetched, boolean collapsed) {
        int status = fetched.entry().answer().status();
        return new Served.Whole(
                fetched.entry(),
                false,
                CacheStatus.fetched(fetched.shared(), reader.near(), status, true, collapsed),
                fetched.timing());
    }

    private Served streamed(Reader reader, Landing.FetchedStream stream, Optional<Forward> shared) {
        Fetched.Streaming streaming = stream.streaming();
        return new Served.Streamed(
                streaming.status(),
                streaming.head(),
                streaming.body(),
                Duration.ofNanos(clock.nanos() - stream.beganNanos()),
                CacheStatus.fetched(shared, reader.near(), streaming.status(), false, false),
                stream.timing());
    }

    private Served refused(
            Reader reader, Fetched.Refused refused, Optional<Forward> shared, boolean collapsed) {
        Served served =
                new Served.Refused(
                        refused.status(),
                        refused.head(),
                        refused.body(),
                        CacheStatus.fetched(
                                shared, reader.near(), refused.status(), false, collapsed));
        return refused.isFailure() ? lastResort(reader).orElse(served) : served;
    }

    /** What there is, now that the origin fails: something stale, or the problem. */
    private Served instead(Reader reader, Problem problem) {
        return lastResort(reader).orElseGet(() -> new Served.Failed(problem));
    }

    private Optional<Served> lastResort(Reader reader) {
        if (reader.near() == Forward.BYPASS) {
            return Optional.empty();
        }
        long now = clock.nanos();
        return near.findLastResort(reader.key())
                .filter(entry -> Demand.allowsStaleIfError(reader.request(), entry, now))
                .map(entry -> {
                    meters.staleIfError();
                    String status = CacheStatus.staleIfError(entry.softTtlLeft(now));
                    return new Served.Whole(entry, true, status, ServerTiming.NEAR);
                });
    }

    private Mono<Served> inTime(Reader reader, Mono<Served> answer) {
        return answer.timeout(
                reader.deadline().left(reader.askedNanos()),
                Mono.fromSupplier(() -> lastResort(reader).orElseGet(ReadFlow::timedOut)),
                scheduler);
    }

    private static Served timedOut() {
        return new Served.Failed(
                Problem.of(ProblemType.TIMEOUT, "the answer was not there within the deadline"));
    }

    private static Served notCached() {
        return new Served.Failed(
                Problem.of(
                        ProblemType.NOT_CACHED,
                        "only-if-cached was asked, and it is not in the cache"));
    }

    private Deadline deadline(ReadRequest request, long askedNanos) {
        Duration wanted = request.timeout().orElse(properties.deadline());
        Duration max = properties.deadlineMax();
        return Deadline.in(wanted.compareTo(max) > 0 ? max : wanted, askedNanos);
    }

    /**
     * A fetch takes as long as any read may: a client's own short timeout ends its waiting, and
     * must not look like a failure of the origin.
     */
    private Deadline fetchDeadline(Reader reader) {
        return reader.deadline().orAtLeast(properties.deadline(), clock.nanos());
    }

    private static Forward why(Found found) {
        return switch (found) {
            case Found.Fresh fresh -> Forward.REQUEST;
            case Found.Stale stale -> Forward.STALE;
            case Found.Invalid invalid -> Forward.MISS;
            case Found.Absent absent -> Forward.MISS;
        };
    }
}

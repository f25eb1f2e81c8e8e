package dev.tidemark.gateway.aside;

import dev.tidemark.common.problem.Problem;
import dev.tidemark.common.problem.ProblemType;
import dev.tidemark.common.request.ReadRequest;
import dev.tidemark.common.wire.CacheKey;
import dev.tidemark.gateway.check.Sampler;
import dev.tidemark.gateway.feed.Follower;
import dev.tidemark.gateway.feed.HeartbeatDemand;
import dev.tidemark.gateway.guard.Client;
import dev.tidemark.gateway.guard.MissingGuard;
import dev.tidemark.gateway.hot.HotReads;
import dev.tidemark.gateway.http.Demand;
import dev.tidemark.gateway.http.Forward;
import dev.tidemark.gateway.near.Entry;
import dev.tidemark.gateway.near.Found;
import dev.tidemark.gateway.origin.Fetch;
import dev.tidemark.gateway.origin.Origin;
import dev.tidemark.gateway.resilience.ConcurrencyLimit;
import dev.tidemark.gateway.resilience.OverloadedException;
import dev.tidemark.gateway.session.Session;
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
 * ServingRule}: a reader that may not take what a flight brought flies once more, and then only to
 * the origin.
 */
public final class ReadFlow {

    private static final Problem TOO_MANY_RELOADS =
            Problem.of(ProblemType.OVERLOADED, "too many requests insist on the database")
                    .withHint("leave out Cache-Control: no-cache or max-age");

    private final Follower follower;
    private final ServingRule rule;
    private final Servings servings;
    private final Errand errand;
    private final Origin origin;
    private final Sampler sampler;
    private final HotReads hot;
    private final Flights flights;
    private final Refreshes refreshes;

    /** Of those who insist on the origin: nobody else is shed with them. */
    private final Flights reloads = new Flights();

    private final ConcurrencyLimit reloadLane;
    private final KeyMarks passes;
    private final Contested contested;
    private final MissingGuard guard;
    private final ReadProperties properties;
    private final HeartbeatDemand heartbeats;
    private final Duration tokenWait;
    private final MonotonicClock clock;
    private final Scheduler scheduler;
    private final AsideMeters meters;

    ReadFlow(
            Follower follower,
            ServingRule rule,
            Servings servings,
            Errand errand,
            Origin origin,
            Sampler sampler,
            HotReads hot,
            Flights flights,
            Refreshes refreshes,
            ConcurrencyLimit reloadLane,
            KeyMarks passes,
            Contested contested,
            MissingGuard guard,
            ReadProperties properties,
            HeartbeatDemand heartbeats,
            Duration tokenWait,
            MonotonicClock clock,
            Scheduler scheduler,
            AsideMeters meters) {
        this.follower = follower;
        this.rule = rule;
        this.servings = servings;
        this.errand = errand;
        this.origin = origin;
        this.sampler = sampler;
        this.hot = hot;
        this.flights = flights;
        this.refreshes = refreshes;
        this.reloadLane = reloadLane;
        this.passes = passes;
        this.contested = contested;
        this.guard = guard;
        this.properties = properties;
        this.heartbeats = heartbeats;
        this.tokenWait = tokenWait;
        this.clock = clock;
        this.scheduler = scheduler;
        this.meters = meters;
    }

    /** How long the answer to a read may take. */
    public Duration timeout(ReadRequest request) {
        Duration wanted = request.timeout().orElse(properties.deadline());
        Duration max = properties.deadlineMax();
        return wanted.compareTo(max) > 0 ? max : wanted;
    }

    /** Answers a read within its deadline. Never an error. */
    public Mono<Served> read(ReadRequest request, Client client, Session session, CacheKey key) {
        return Mono.defer(() -> {
            long asked = clock.nanos();
            Found found = rule.find(request, session, key);
            Optional<Served> near = fromNear(request, key, found);
            if (near.isPresent()) {
                return Mono.just(near.get());
            }
            meters.nearPassed(found);
            hot.read(request, key);
            Deadline deadline = deadline(request, asked);
            Reader reader = new Reader(request, client, session, key, asked, deadline, why(found));
            return inTime(reader, answer(reader, found));
        });
    }

    /** Answers a read with what the near cache has for it, and has that fetched again in time. */
    public Served.Whole hit(ReadRequest request, CacheKey key, Found.Fresh fresh) {
        meters.nearHit();
        meters.answered(
                request.canonical(), AsideMeters.Layer.NEAR, fresh.entry().answer().status());
        hot.read(request, key);
        sampler.served(request.canonical(), key, fresh.entry());
        refreshes.ahead(request, key, fresh.entry());
        return Servings.nearHit(fresh, clock.nanos());
    }

    /** The answer that the near cache has, if the reader may have it. */
    private Optional<Served> fromNear(ReadRequest request, CacheKey key, Found found) {
        return switch (found) {
            case Found.Fresh fresh -> Optional.of(hit(request, key, fresh));
            case Found.Revalidated revalidated -> {
                hot.read(request, key);
                sampler.served(request.canonical(), key, revalidated.entry());
                refreshes.behind(request, key);
                meters.answered(
                        request.canonical(),
                        AsideMeters.Layer.NEAR,
                        revalidated.entry().answer().status());
                yield Optional.of(servings.nearRevalidated(revalidated));
            }
            default -> Optional.empty();
        };
    }

    /** Answers a read past all caches and without keeping anything. Never an error. */
    public Mono<Served> bypass(ReadRequest request, Client client, Session session, CacheKey key) {
        return Mono.defer(() -> {
            Optional<Problem> refusal = guard.refusal(client);
            if (refusal.isPresent()) {
                return Mono.just(new Served.Failed(refusal.get()));
            }
            long asked = clock.nanos();
            Deadline deadline = deadline(request, asked);
            Reader reader =
                    new Reader(request, client, session, key, asked, deadline, Forward.BYPASS);
            return pass(reader).timeout(deadline.left(asked), Mono.just(timedOut()), scheduler);
        });
    }

    private Mono<Served> answer(Reader reader, Found found) {
        if (!reader.request().directives().onlyIfCached()) {
            Optional<Problem> refusal = guard.refusal(reader.client());
            if (refusal.isPresent()) {
                return cachedOr(reader, new Served.Failed(refusal.get()));
            }
        }
        if (follower.knows(reader.session())) {
            return find(reader, found);
        }
        if (passes.isMarked(reader.key())
                || (found instanceof Found.Unfit(Entry entry) && !entry.answer().followed())) {
            return atOrigin(reader);
        }
        return follower.awaits(reader.session(), tokenWait, heartbeats::demand)
                .doOnNext(meters::tokenAwaited)
                .flatMap(known -> known ? findAgain(reader) : atOrigin(reader));
    }

    /** The log has reached what the session has seen. */
    private Mono<Served> findAgain(Reader reader) {
        Found found = rule.find(reader.request(), reader.session(), reader.key());
        return fromNear(reader.request(), reader.key(), found)
                .map(Mono::just)
                .orElseGet(() -> find(reader.forwarded(why(found)), found));
    }

    private Mono<Served> find(Reader reader, Found found) {
        if (reader.request().directives().onlyIfCached()) {
            return cachedOr(reader, notCached());
        }
        if (reader.request().directives().noStore()) {
            return errand.lookUpOnly(reader)
                    .flatMap(landing ->
                            Mono.justOrEmpty(servings.sharedHit(reader, landing, false, false)))
                    .switchIfEmpty(Mono.defer(() -> passUnkept(reader)));
        }
        if (passes.isMarked(reader.key())) {
            return pass(reader);
        }
        if (contested.isContested(reader.key())) {
            return flyToOrigin(reader);
        }
        return switch (found) {
            // It is valid: what the reader demands can only come from the origin.
            case Found.Fresh fresh -> flyToOrigin(reader);
            case Found.Unfit unfit -> flyToOrigin(reader);
            case Found.Invalid(Entry refused) ->
                    fly(
                            flights,
                            reader,
                            errand.toSharedCache(reader, errand.newerThan(refused.answer())));
            case Found.Stale stale -> fly(flights, reader, errand.toSharedCache(reader));
            case Found.Revalidated stale -> fly(flights, reader, errand.toSharedCache(reader));
            case Found.Unvouched old -> fly(flights, reader, errand.toSharedCache(reader));
            case Found.Absent absent -> fly(flights, reader, errand.toSharedCache(reader));
        };
    }

    /** What the shared cache has for this reader; fetches nothing. */
    private Mono<Served> cachedOr(Reader reader, Served otherwise) {
        boolean kept = !reader.request().directives().noStore();
        return errand.lookUpOnly(reader)
                .flatMap(landing ->
                        Mono.justOrEmpty(servings.sharedHit(reader, landing, kept, false)))
                .defaultIfEmpty(otherwise);
    }

    /** No cache can be known to have seen what the session has. */
    private Mono<Served> atOrigin(Reader reader) {
        if (reader.request().directives().onlyIfCached()) {
            return Mono.just(notCached());
        }
        if (reader.request().directives().noStore()) {
            return passUnkept(reader);
        }
        return passes.isMarked(reader.key()) ? pass(reader) : flyToOrigin(reader);
    }

    private Mono<Served> flyToOrigin(Reader reader) {
        return Demand.isReload(reader.request())
                ? fly(
                        reloads,
                        reader,
                        reloadLane
                                .limit(errand.toOrigin(reader))
                                .onErrorResume(
                                        OverloadedException.class, shed -> Mono.just(shedFlight())))
                : fly(flights, reader, errand.toOrigin(reader));
    }

    /** Boards the key's flight, or sends one off on this errand. */
    private Mono<Served> fly(Flights flights, Reader reader, Mono<Flights.Landed> task) {
        return Mono.deferContextual(context -> {
            // Charged where it happens: a client that has left by then is charged too.
            Mono<Flights.Landed> charged =
                    task.doOnNext(landed -> charge(reader, Missing.in(landed.landing())));
            Flights.Seat seat = flights.board(reader.key(), () -> charged.contextWrite(context));
            if (!seat.leads()) {
                meters.coalesced();
            }
            return seat.landing()
                    .flatMap(landing ->
                            // What nobody waits for is the first to be shed.
                            seat.refresh() && landing.isFailure()
                                    ? flyToOrigin(reader)
                                    : judge(reader, landing, seat.leads()));
        });
    }

    private void charge(Reader reader, boolean missing) {
        if (missing) {
            guard.missed(reader.client());
        }
    }

    private Mono<Served> judge(Reader reader, Landing landing, boolean leads) {
        return switch (landing) {
            case Landing.Found found ->
                    orAtOrigin(reader, servings.sharedHit(reader, found, true, !leads));
            case Landing.FetchedWhole fetched ->
                    orAtOrigin(reader, servings.whole(reader, fetched, !leads));
            case Landing.FetchedStream stream when leads ->
                    Mono.just(servings.streamed(reader, stream, stream.shared()));
            case Landing.FetchedStream stream -> pass(reader);
            case Landing.FetchedProblem problem
                    when problem.refused().isFailure()
                            || ServingRule.isSince(reader, problem.beganNanos()) ->
                    Mono.just(
                            servings.refused(reader, problem.refused(), problem.shared(), !leads));
            case Landing.FetchedProblem problem -> flyToOrigin(reader);
            case Landing.Failed(Problem problem) -> Mono.just(servings.instead(reader, problem));
        };
    }

    /** Others may have what has landed; if this reader may not: once more. */
    private Mono<Served> orAtOrigin(Reader reader, Optional<Served> taken) {
        return taken.map(Mono::just).orElseGet(() -> flyToOrigin(reader));
    }

    /** A fetch for this reader alone, of which nothing is kept. */
    private Mono<Served> pass(Reader reader) {
        return Mono.defer(() -> {
            long began = clock.nanos();
            return origin.fetch(
                            Fetch.fromPrimary(
                                    reader.request().canonical(),
                                    fetchDeadline(reader),
                                    reader.purpose()))
                    .doOnNext(fetched -> charge(reader, Missing.in(fetched)))
                    // What it came to, nobody will know.
                    .doOnCancel(() -> guard.missed(reader.client()))
                    .map(fetched -> servings.passed(reader, fetched, began));
        });
    }

    /** The same for one who wants nothing kept: insisting on the origin has its lane here too. */
    private Mono<Served> passUnkept(Reader reader) {
        return Demand.isReload(reader.request())
                ? reloadLane
                        .limit(pass(reader))
                        .onErrorResume(
                                OverloadedException.class,
                                shed -> Mono.just(new Served.Failed(TOO_MANY_RELOADS)))
                : pass(reader);
    }

    private Mono<Served> inTime(Reader reader, Mono<Served> answer) {
        return answer.timeout(
                reader.deadline().left(reader.askedNanos()),
                Mono.fromSupplier(() -> servings.lastResort(reader).orElseGet(ReadFlow::timedOut)),
                scheduler);
    }

    private static Served timedOut() {
        return new Served.Failed(
                Problem.of(ProblemType.TIMEOUT, "the answer was not there within the deadline"));
    }

    private static Flights.Landed shedFlight() {
        return new Flights.Landed(new Landing.Failed(TOO_MANY_RELOADS), Mono.empty());
    }

    private static Served notCached() {
        return new Served.Failed(
                Problem.of(
                        ProblemType.NOT_CACHED,
                        "only-if-cached was asked, and it is not in the cache"));
    }

    private Deadline deadline(ReadRequest request, long askedNanos) {
        return Deadline.in(timeout(request), askedNanos);
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
            case Found.Unfit unfit -> Forward.REQUEST;
            case Found.Stale stale -> Forward.STALE;
            case Found.Revalidated revalidated -> Forward.STALE;
            case Found.Unvouched unvouched -> Forward.STALE;
            case Found.Invalid invalid -> Forward.MISS;
            case Found.Absent absent -> Forward.MISS;
        };
    }
}

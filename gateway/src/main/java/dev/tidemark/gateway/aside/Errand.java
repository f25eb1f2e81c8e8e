package dev.tidemark.gateway.aside;

import dev.tidemark.common.problem.Problem;
import dev.tidemark.common.problem.ProblemType;
import dev.tidemark.common.tag.Lsn;
import dev.tidemark.common.tag.Version;
import dev.tidemark.common.wire.Answer;
import dev.tidemark.common.wire.Lease;
import dev.tidemark.common.wire.Lookup;
import dev.tidemark.common.wire.LookupOutcome;
import dev.tidemark.common.wire.Release;
import dev.tidemark.gateway.feed.Follower;
import dev.tidemark.gateway.http.Demand;
import dev.tidemark.gateway.http.Forward;
import dev.tidemark.gateway.http.ServerTiming;
import dev.tidemark.gateway.near.Entry;
import dev.tidemark.gateway.near.Found;
import dev.tidemark.gateway.near.NearCache;
import dev.tidemark.gateway.shared.SharedCache;
import dev.tidemark.gateway.time.Deadline;
import dev.tidemark.gateway.time.MonotonicClock;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * What a flight does: look the key up in the shared cache; with its lease, fetch from the origin,
 * put the answer into the near cache, land, then fill the shared cache ({@link FetchAndFill}).
 *
 * <p>Leases save work, no answer depends on them: where one is not to be had in time, the origin is
 * asked without.
 */
final class Errand {

    private static final Logger log = LoggerFactory.getLogger(Errand.class);

    /** All audiences and databases are one as yet. */
    private static final String PARTITION = "";

    private final NearCache near;
    private final Follower follower;
    private final ServingRule rule;
    private final SharedCache shared;
    private final FetchAndFill fetches;
    private final Duration lookupTimeout;
    private final ReadProperties properties;
    private final AskAgain askAgain;
    private final LongSupplier leaseNames;
    private final MonotonicClock clock;
    private final Scheduler scheduler;
    private final AsideMeters meters;

    /**
     * @param leaseNames names leases that were not granted; random, never 0
     */
    Errand(
            NearCache near,
            Follower follower,
            ServingRule rule,
            SharedCache shared,
            FetchAndFill fetches,
            Duration lookupTimeout,
            ReadProperties properties,
            AskAgain askAgain,
            LongSupplier leaseNames,
            MonotonicClock clock,
            Scheduler scheduler,
            AsideMeters meters) {
        this.near = near;
        this.follower = follower;
        this.rule = rule;
        this.shared = shared;
        this.fetches = fetches;
        this.lookupTimeout = lookupTimeout;
        this.properties = properties;
        this.askAgain = askAgain;
        this.leaseNames = leaseNames;
        this.clock = clock;
        this.scheduler = scheduler;
        this.meters = meters;
    }

    /** By way of the shared cache. */
    Mono<Flights.Landed> toSharedCache(Reader reader) {
        return toSharedCache(reader, Version.UNKNOWN);
    }

    /**
     * By way of the shared cache.
     *
     * @param notVersion what is known to be invalid; something newer is wanted
     */
    Mono<Flights.Landed> toSharedCache(Reader reader, Version notVersion) {
        return Mono.defer(
                        () -> lookUp(trip(reader, replicaFrom(reader, notVersion)), notVersion, 0))
                .onErrorResume(this::crashed);
    }

    /**
     * From where on a read replica may answer: where something newer than what this node knows to
     * be invalid is wanted, it must have replayed as much of the log as this node has. Whatever it
     * answers is judged like what comes from a cache.
     */
    private Optional<Lsn> replicaFrom(Reader reader, Version notVersion) {
        if (Demand.isReload(reader.request())) {
            return Optional.empty();
        }
        return Optional.of(
                notVersion.equals(Version.UNKNOWN) ? Lsn.UNKNOWN : follower.position().lsn());
    }

    private static final Optional<Lsn> ANY_REPLICA = Optional.of(Lsn.UNKNOWN);

    /** The same for nobody in particular, who has the stale entry already. */
    Mono<Flights.Landed> behind(Reader nobody) {
        return Mono.defer(() -> lookUp(trip(nobody, ANY_REPLICA).unattended(), Version.UNKNOWN, 0))
                .onErrorResume(this::crashed);
    }

    /**
     * For nobody in particular, ahead of an entry's soft TTL: what is in the shared cache if it is
     * much younger, else a fetch, unless another gateway is at it.
     */
    Mono<Flights.Landed> ahead(Reader nobody, Entry atHand) {
        return Mono.defer(
                        () -> {
                            Trip trip = trip(nobody, ANY_REPLICA).ahead(atHand);
                            long asked = clock.nanos();
                            return find(nobody, Version.UNKNOWN)
                                    .flatMap(outcome ->
                                            outcome instanceof LookupOutcome.Hit(var stored)
                                                            && !isMuchYounger(
                                                                    Entry.of(stored, asked), atHand)
                                                    ? lookUp(trip, refused(atHand.answer()), 1)
                                                    : take(
                                                            trip,
                                                            outcome,
                                                            asked,
                                                            Version.UNKNOWN,
                                                            0));
                        })
                .onErrorResume(this::crashed);
    }

    /** By more than its way here, which nobody measures: another gateway has been quicker. */
    private boolean isMuchYounger(Entry entry, Entry other) {
        long now = clock.nanos();
        return entry.age(now).compareTo(other.age(now).dividedBy(2)) < 0;
    }

    /** Straight to the primary, for readers to whom nothing stored is recent enough. */
    Mono<Flights.Landed> toOrigin(Reader reader) {
        return Mono.defer(
                        () -> {
                            // The answer is for all; one that is followed needs no granted lease to
                            // be kept.
                            Lease lease =
                                    new Lease(reader.key(), PARTITION, leaseNames.getAsLong());
                            return fetches.fetch(
                                    trip(reader, Optional.empty()),
                                    Optional.of(lease),
                                    Optional.empty());
                        })
                .onErrorResume(this::crashed);
    }

    /** The shared cache's entry if it will do for this reader; fetches nothing, takes no lease. */
    Mono<Landing.Found> lookUpOnly(Reader reader) {
        return Mono.defer(() -> {
            long asked = clock.nanos();
            return find(reader, Version.UNKNOWN).flatMap(outcome -> only(reader, outcome, asked));
        });
    }

    private Mono<Landing.Found> only(Reader reader, LookupOutcome outcome, long asked) {
        if (outcome instanceof LookupOutcome.Leased leased) {
            return shared.release(new Release(leased.lease(), Release.Why.UNUSED))
                    .then(Mono.empty());
        }
        if (!(outcome instanceof LookupOutcome.Hit hit)) {
            return Mono.empty();
        }
        Entry entry = Entry.of(hit.stored(), asked);
        Found worth = rule.judge(reader, entry);
        if (!(worth instanceof Found.Fresh || worth instanceof Found.Revalidated)) {
            return Mono.empty();
        }
        if (!reader.request().directives().noStore()) {
            near.put(reader.key(), entry);
        }
        return Mono.just(new Landing.Found(entry, ServerTiming.ofShared(since(asked))));
    }

    private Mono<Flights.Landed> lookUp(Trip trip, Version notVersion, int attempt) {
        long asked = clock.nanos();
        return find(trip.reader(), notVersion)
                .flatMap(outcome -> take(trip, outcome, asked, notVersion, attempt));
    }

    private Mono<Flights.Landed> take(
            Trip trip, LookupOutcome outcome, long asked, Version notVersion, int attempt) {
        return switch (outcome) {
            case LookupOutcome.Hit hit ->
                    found(trip, Entry.of(hit.stored(), asked), notVersion, attempt);
            case LookupOutcome.Leased leased -> {
                Optional<Entry> last = keep(trip, leased.last(), asked);
                Optional<Lease> lease = Optional.of(leased.lease());
                Optional<Forward> why =
                        Optional.of(last.isPresent() ? Forward.STALE : Forward.MISS);
                yield last.filter(entry -> willDo(trip, entry))
                        .map(entry ->
                                landed(
                                        trip,
                                        entry,
                                        afterwards(fetches.fetch(trip.unattended(), lease, why))))
                        .map(Mono::just)
                        .orElseGet(() -> fetches.fetch(trip, lease, why));
            }
            case LookupOutcome.Awaited awaited -> {
                Optional<Entry> last = keep(trip, awaited.last(), asked);
                yield last.filter(entry -> willDo(trip, entry))
                        .or(trip::atHand)
                        .map(entry -> Mono.just(landed(trip, entry, Mono.empty())))
                        .orElseGet(() -> await(trip, notVersion, attempt));
            }
            case LookupOutcome.Uncacheable uncacheable ->
                    fetches.fetch(trip, Optional.empty(), BYPASSED);
            case LookupOutcome.Unavailable unavailable ->
                    fetches.fetch(trip, Optional.empty(), BYPASSED);
        };
    }

    /** Whether whoever waits may have the stale entry, rather than wait for what replaces it. */
    private boolean willDo(Trip trip, Entry stale) {
        return trip.attended() && rule.judge(trip.reader(), stale) instanceof Found.Revalidated;
    }

    private Flights.Landed landed(Trip trip, Entry entry, Mono<Void> afterwards) {
        return new Flights.Landed(
                new Landing.Found(entry, ServerTiming.ofShared(since(trip.beganNanos()))),
                afterwards);
    }

    /** A fetch after the landing, that nobody waits for. */
    private Mono<Void> afterwards(Mono<Flights.Landed> fetch) {
        return fetch.doOnSubscribe(subscription -> meters.refreshed(AsideMeters.Refresh.BEHIND))
                .onErrorResume(this::crashed)
                .flatMap(landed -> {
                    if (landed.landing() instanceof Landing.FetchedStream stream) {
                        stream.streaming().body().discard();
                    }
                    return landed.afterwards();
                });
    }

    /** As the version that is known to be of no use: nothing that is stored is. */
    private static final Version NO_VERSION = new Version(Long.MAX_VALUE);

    private static final Problem NOT_IN_TIME =
            Problem.of(ProblemType.TIMEOUT, "another gateway's fetch takes too long");

    private static final Optional<Forward> BYPASSED = Optional.of(Forward.BYPASS);

    private Mono<LookupOutcome> find(Reader reader, Version notVersion) {
        return shared.find(
                        new Lookup(
                                reader.key(),
                                PARTITION,
                                follower.position().lsn(),
                                reader.session().lsns(),
                                notVersion,
                                lookupTimeout))
                .doOnNext(meters::shared);
    }

    private Mono<Flights.Landed> found(Trip trip, Entry entry, Version notVersion, int attempt) {
        near.put(trip.reader().key(), entry);
        if (near.judge(entry) instanceof Found.Fresh) {
            return Mono.just(landed(trip, entry, Mono.empty()));
        }
        // Refused: whoever filled it knew less than this node. Ask for something newer, once.
        return attempt == 0 || notVersion.equals(Version.UNKNOWN)
                ? lookUp(trip, refused(entry.answer()), attempt + 1)
                : fetches.fetch(trip, Optional.empty(), Optional.of(Forward.STALE));
    }

    /** Above all that the shared cache has, where it has another history's. */
    private Version refused(Answer answer) {
        return answer.followed() && !answer.identity().equals(follower.identity())
                ? NO_VERSION
                : answer.version();
    }

    /**
     * The version to ask for something newer than, for one whose near entry is invalid: of none
     * where that is another history's, as its numbers say nothing about those of this.
     */
    Version newerThan(Answer invalid) {
        return invalid.identity().equals(follower.identity()) ? invalid.version() : Version.UNKNOWN;
    }

    /** What is past its soft TTL is for the meantime, and for when the origin fails. */
    private Optional<Entry> keep(Trip trip, Optional<LookupOutcome.Stored> last, long asked) {
        Optional<Entry> entry = last.map(stored -> Entry.of(stored, asked));
        entry.ifPresent(kept -> near.put(trip.reader().key(), kept));
        return entry;
    }

    /** Another gateway fetches: ask again soon, but not for ever. */
    private Mono<Flights.Landed> await(Trip trip, Version notVersion, int attempt) {
        if (trip.attended()) {
            if (since(trip.beganNanos()).compareTo(properties.leaseWait()) >= 0) {
                return fetches.fetch(trip, Optional.empty(), Optional.of(Forward.MISS));
            }
        } else if (trip.deadline().left(clock.nanos()).isZero()) {
            // Nobody waits, so it was not worth a second fetch.
            return Mono.just(new Flights.Landed(new Landing.Failed(NOT_IN_TIME), Mono.empty()));
        }
        return Mono.delay(askAgain.pause(attempt), scheduler)
                .flatMap(tick -> lookUp(trip, notVersion, attempt + 1));
    }

    private Mono<Flights.Landed> crashed(Throwable error) {
        log.error("A flight crashed", error);
        Problem problem = Problem.of(ProblemType.INTERNAL, "the answer could not be fetched");
        return Mono.just(new Flights.Landed(new Landing.Failed(problem), Mono.empty()));
    }

    private Duration since(long nanos) {
        return Duration.ofNanos(clock.nanos() - nanos);
    }

    /**
     * A flight takes as long as any read may, so that one impatient leader does not spoil it for
     * the others; who asks for longer gets longer.
     */
    private Trip trip(Reader reader, Optional<Lsn> replicaFrom) {
        long now = clock.nanos();
        Deadline deadline = reader.deadline().orAtLeast(properties.deadline(), now);
        return new Trip(reader, now, deadline, replicaFrom, true, Optional.empty());
    }
}

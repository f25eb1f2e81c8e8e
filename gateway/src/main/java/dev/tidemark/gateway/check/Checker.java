package dev.tidemark.gateway.check;

import dev.tidemark.common.wire.Answer;
import dev.tidemark.common.wire.Purpose;
import dev.tidemark.common.wire.Repeatability;
import dev.tidemark.gateway.check.Likeness.Verdict;
import dev.tidemark.gateway.feed.ClockReading;
import dev.tidemark.gateway.feed.Follower;
import dev.tidemark.gateway.origin.Fetch;
import dev.tidemark.gateway.origin.Fetched;
import dev.tidemark.gateway.origin.Origin;
import dev.tidemark.gateway.resilience.ConcurrencyLimit;
import dev.tidemark.gateway.session.Session;
import dev.tidemark.gateway.session.Token;
import dev.tidemark.gateway.time.Deadline;
import dev.tidemark.gateway.time.MonotonicClock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Compares samples with the database. The rule says that an entry which is valid is what the
 * database says, as far as the log has told. So, when a sample's time has come:
 *
 * <ol>
 *   <li>If it is not valid any more there is nothing to compare, then or later: no clock that has
 *       told of a change forgets it.
 *   <li>Else the database is asked, past all caches. Its answer says up to which place in the log
 *       it has seen everything.
 *   <li>Once this node has applied the log up to there, it knows of every change that the answer
 *       shows. If the entry is valid even then, no such change touches its tags, and the two must
 *       be alike.
 * </ol>
 *
 * <p>Validity is a function of entry and clock, so it does not matter whether the entry is still in
 * a cache, or past its TTL. What cannot be known is no alarm: an origin or a log that is away,
 * another history, rows that PostgreSQL may give in any order.
 */
final class Checker implements DisposableBean {

    private static final Logger log = LoggerFactory.getLogger(Checker.class);

    /** As any read may take. */
    private static final Duration FETCH_TIMEOUT = Duration.ofSeconds(5);

    /** A failover of the log or of its reader takes less. */
    private static final Duration LOG_TIMEOUT = Duration.ofSeconds(10);

    /** Without event triggers, DDL is told of after the next look at the catalogues. */
    private static final Duration GRACE = Duration.ofSeconds(3);

    private final CheckProperties properties;
    private final Follower follower;
    private final Origin origin;
    private final Likeness likeness;
    private final ConcurrencyLimit lane;
    private final CheckMeters meters;
    private final Traces traces;
    private final MonotonicClock clock;
    private final InstantSource wallClock;
    private final Scheduler scheduler;
    private final Disposable.Composite running = Disposables.composite();
    private int pending;
    private long pendingBytes;

    Checker(
            CheckProperties properties,
            Follower follower,
            Origin origin,
            Likeness likeness,
            CheckMeters meters,
            Traces traces,
            MonotonicClock clock,
            InstantSource wallClock,
            Scheduler scheduler) {
        this.properties = properties;
        this.follower = follower;
        this.origin = origin;
        this.likeness = likeness;
        this.lane = new ConcurrencyLimit(properties.concurrencyMax(), properties.pendingMax());
        this.meters = meters;
        this.traces = traces;
        this.clock = clock;
        this.wallClock = wallClock;
        this.scheduler = scheduler;
    }

    /** Has a sample taken as often as is set, until it is destroyed. */
    void take(Sampler sampler) {
        if (properties.rate() > 0) {
            long periodNanos = (long) (TimeUnit.SECONDS.toNanos(1) / properties.rate());
            running.add(
                    scheduler.schedulePeriodically(
                            sampler::want, periodNanos, periodNanos, TimeUnit.NANOSECONDS));
        }
    }

    @Override
    public void destroy() {
        running.dispose();
    }

    /** Compares it after each window, if there is room for another. */
    void begin(Sample sample) {
        int bytes = sample.entry().bytes();
        if (!admit(bytes)) {
            return;
        }
        Disposable.Swap task = Disposables.swap();
        running.add(task);
        task.update(
                after(sample, 0)
                        .doFinally(signal -> {
                            leave(bytes);
                            running.remove(task);
                        })
                        .subscribe(
                                nothing -> {},
                                failure -> log.error("A consistency check crashed", failure)));
    }

    private synchronized boolean admit(int bytes) {
        if (pending >= properties.pendingMax()
                || pendingBytes + bytes > properties.size().toBytes()) {
            return false;
        }
        pending++;
        pendingBytes += bytes;
        return true;
    }

    private synchronized void leave(int bytes) {
        pending--;
        pendingBytes -= bytes;
    }

    synchronized int pending() {
        return pending;
    }

    /** From this window on. */
    private Mono<Void> after(Sample sample, int index) {
        if (index == properties.windows().size()) {
            return Mono.empty();
        }
        Duration window = properties.windows().get(index);
        long left = sample.servedNanos() + window.toNanos() - clock.nanos();
        return Mono.delay(Duration.ofNanos(Math.max(0, left)), scheduler)
                .then(Mono.defer(() -> compare(sample, window)))
                .flatMap(outcome -> {
                    if (outcome == Outcome.OVERTAKEN) {
                        properties
                                .windows()
                                .subList(index, properties.windows().size())
                                .forEach(rest -> meters.checked(rest, outcome));
                        return Mono.empty();
                    }
                    meters.checked(window, outcome);
                    return after(sample, index + 1);
                });
    }

    private Mono<Outcome> compare(Sample sample, Duration window) {
        if (isOvertaken(sample)) {
            return Mono.just(Outcome.OVERTAKEN);
        }
        return fetch(sample)
                .flatMap(fetched -> compare(sample, window, fetched))
                .onErrorResume(error -> {
                    log.debug("What was served could not be compared", error);
                    return Mono.empty();
                })
                .defaultIfEmpty(Outcome.UNKNOWN);
    }

    private boolean isOvertaken(Sample sample) {
        return !follower.isValid(sample.entry().answer());
    }

    /** The database's answer, if it can be compared with. */
    private Mono<Fetched.Whole> fetch(Sample sample) {
        return lane.limit(
                        Mono.defer(() ->
                                origin.fetch(
                                        Fetch.fromPrimary(
                                                sample.request(),
                                                Deadline.in(FETCH_TIMEOUT, clock.nanos()),
                                                Purpose.REFRESH))))
                .flatMap(fetched ->
                        switch (fetched) {
                            case Fetched.Whole whole -> Mono.just(whole);
                            case Fetched.Streaming streaming -> {
                                streaming.body().discard();
                                yield Mono.empty();
                            }
                            case Fetched.Refused refused -> Mono.empty();
                            case Fetched.Unavailable unavailable -> Mono.empty();
                        });
    }

    private Mono<Outcome> compare(Sample sample, Duration window, Fetched.Whole fetched) {
        Answer answer = fetched.answer();
        Optional<Token> seen = Token.of(answer);
        if (seen.isEmpty()
                || !answer.followed()
                || !answer.identity().equals(sample.entry().answer().identity())) {
            return Mono.empty();
        }
        Session session = Session.NONE.with(seen.get());
        return follower.awaits(session, LOG_TIMEOUT, () -> {})
                .filter(Boolean::booleanValue)
                .flatMap(known -> {
                    if (isOvertaken(sample)) {
                        return Mono.just(Outcome.OVERTAKEN);
                    }
                    ClockReading reading = follower.reading(sample.entry().answer());
                    // Again: a snapshot may have come between that knows less.
                    return follower.knows(session)
                            ? verdict(sample, fetched)
                                    .flatMap(verdict ->
                                            outcome(sample, window, answer, reading, verdict))
                            : Mono.empty();
                });
    }

    private Mono<Verdict> verdict(Sample sample, Fetched.Whole fetched) {
        return likeness.of(sample.entry().answer(), fetched.answer(), fetched.repeatability())
                .flatMap(verdict ->
                        verdict == Verdict.DIFFERENT
                                        && fetched.repeatability() != Repeatability.SAME
                                ? confirmed(sample, fetched)
                                : Mono.just(verdict));
    }

    /** Where rows have no order, a view may choose or fold them as they come: ask it twice. */
    private Mono<Verdict> confirmed(Sample sample, Fetched.Whole first) {
        return fetch(sample)
                .flatMap(second ->
                        likeness.of(first.answer(), second.answer(), second.repeatability()))
                .map(same -> same == Verdict.ALIKE ? Verdict.DIFFERENT : Verdict.OPEN);
    }

    private Mono<Outcome> outcome(
            Sample sample, Duration window, Answer fetched, ClockReading reading, Verdict verdict) {
        return switch (verdict) {
            case ALIKE -> Mono.just(Outcome.CONSISTENT);
            case OPEN -> Mono.empty();
            case DIFFERENT -> {
                Trace trace = trace(sample, window, fetched, reading);
                yield Mono.delay(GRACE, scheduler).map(tick -> told(sample, trace));
            }
        };
    }

    private Trace trace(Sample sample, Duration window, Answer fetched, ClockReading reading) {
        return Trace.of(
                wallClock.instant(),
                window,
                Outcome.INCONSISTENT,
                sample,
                fetched,
                reading,
                TagNames.of(sample.request()),
                clock.nanos());
    }

    private Outcome told(Sample sample, Trace trace) {
        if (isOvertaken(sample)) {
            Trace late = trace.with(Outcome.LATE);
            traces.add(late);
            log.info("A change was told late: {}", late);
            return Outcome.LATE;
        }
        traces.add(trace);
        log.warn("A change was not told, so what it has made wrong is served: {}", trace);
        return Outcome.INCONSISTENT;
    }
}

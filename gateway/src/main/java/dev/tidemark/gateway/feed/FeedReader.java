package dev.tidemark.gateway.feed;

import dev.tidemark.common.log.Completeness;
import dev.tidemark.common.log.FeedFrame;
import dev.tidemark.common.log.LogPosition;
import dev.tidemark.common.wire.MalformedException;
import dev.tidemark.gateway.resilience.Instances;
import dev.tidemark.gateway.time.MonotonicClock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Keeps the follower fed: follows one cache-service, and another as soon as that one ends, fails,
 * falls silent or has no news, which the log's heartbeats are too. It goes on after the follower's
 * own position, so that nothing is lost or takes effect twice, and asks for a snapshot only where
 * the chain was broken.
 */
final class FeedReader implements DisposableBean {

    private static final Logger log = LoggerFactory.getLogger(FeedReader.class);

    /** Between attempts that came to nothing; doubling. */
    private static final Duration PAUSE_FIRST = Duration.ofMillis(20);

    private static final int PAUSE_DOUBLINGS_MAX = 5;

    /** A connection that lasted so long was no failure. */
    private static final Duration LASTING = Duration.ofSeconds(1);

    private final Instances<Feed> instances;
    private final Follower follower;
    private final FeedProperties properties;
    private final MonotonicClock clock;
    private final Scheduler scheduler;
    private final LongAdder reconnects = new LongAdder();

    /** Of the connection that was last: touched by one at a time. */
    private @Nullable Feed last;

    private boolean refused;
    private int failures;
    private @Nullable Disposable running;

    /**
     * @param scheduler one thread, off the event loops: a snapshot takes milliseconds to restore
     */
    FeedReader(
            Instances<Feed> instances,
            Follower follower,
            FeedProperties properties,
            MonotonicClock clock,
            Scheduler scheduler) {
        this.instances = instances;
        this.follower = follower;
        this.properties = properties;
        this.clock = clock;
        this.scheduler = scheduler;
    }

    void start() {
        running = Mono.defer(this::follow).repeat().subscribe();
    }

    @Override
    public void destroy() {
        if (running != null) {
            running.dispose();
        }
    }

    long reconnects() {
        return reconnects.sum();
    }

    /** One connection, from the pause before it to its end. Never an error. */
    private Mono<Void> follow() {
        return pause().then(Mono.defer(this::connect)).onErrorResume(this::ended);
    }

    private Mono<Void> pause() {
        return failures == 0
                ? Mono.empty()
                : Mono.delay(
                                PAUSE_FIRST.multipliedBy(
                                        1L << Math.min(failures - 1, PAUSE_DOUBLINGS_MAX)),
                                scheduler)
                        .then();
    }

    private Mono<Void> connect() {
        if (last != null) {
            reconnects.increment();
        }
        Feed feed = another();
        last = feed;
        failures++;
        long began = clock.nanos();
        Optional<LogPosition> after =
                refused || follower.position().equals(LogPosition.NONE)
                        ? Optional.empty()
                        : Optional.of(follower.position());
        FrameTaker frames = new FrameTaker(follower, refused, began);
        return Mono.using(
                () -> ask(feed),
                asking ->
                        feed.frames(after)
                                .timeout(properties.silenceMax(), scheduler)
                                .publishOn(scheduler)
                                .doOnNext(portion -> take(portion, frames, began))
                                .then(Mono.error(new EndedException())),
                Disposable::dispose);
    }

    private void take(List<FeedFrame> portion, FrameTaker frames, long began) {
        long now = clock.nanos();
        if (now - began > LASTING.toNanos()) {
            failures = 0;
        }
        boolean restored = frames.hasRestored();
        portion.forEach(frame -> frames.take(frame, now));
        if (!restored && frames.hasRestored()) {
            log.info(
                    "Knows the log up to {} from a snapshot, {} ms after it was asked for",
                    follower.position(),
                    (clock.nanos() - began) / 1_000_000);
        }
        // What was asked for with it has come.
        refused = refused && !frames.hasRestored();
        if (frames.sinceNews(now).compareTo(properties.silenceMax()) > 0
                && !follower.position().equals(LogPosition.NONE)
                && instances.inTurn().size() > 1) {
            throw new NoNewsException();
        }
    }

    /** The one whose turn it is, but not the one that was followed last if there is another. */
    private Feed another() {
        List<Feed> inTurn = instances.inTurn();
        return inTurn.getFirst().equals(last) && inTurn.size() > 1
                ? inTurn.get(1)
                : inTurn.getFirst();
    }

    /** As often as it is set, but one question at a time. */
    private Disposable ask(Feed feed) {
        return Flux.interval(Duration.ZERO, properties.askEvery(), scheduler)
                .onBackpressureDrop()
                .concatMap(tick -> askOnce(feed), 1)
                .subscribe();
    }

    private Mono<Completeness> askOnce(Feed feed) {
        return Mono.defer(() -> {
            long asked = clock.nanos();
            return feed.completeness()
                    .timeout(properties.silenceMax(), scheduler)
                    .doOnNext(answer -> follower.answered(answer, asked))
                    .onErrorResume(error -> {
                        log.debug("The feed's staleness is not known", error);
                        return Mono.empty();
                    });
        });
    }

    private Mono<Void> ended(Throwable error) {
        if (error instanceof FrameTaker.BrokenChainException
                || error instanceof MalformedException) {
            log.warn("The invalidation log is read from a snapshot: {}", error.getMessage());
            refused = true;
        } else if (failures <= 1) {
            log.info("Another cache-service is followed: {}", error.toString());
        } else {
            log.debug("No cache-service can be followed", error);
        }
        return Mono.empty();
    }

    /** It lives, but may be cut off from the log where others are not. */
    private static final class NoNewsException extends RuntimeException {

        private static final long serialVersionUID = 1;

        NoNewsException() {
            super("the feed has no records any more", null, false, false);
        }
    }

    /** A feed has no end of its own. */
    private static final class EndedException extends RuntimeException {

        private static final long serialVersionUID = 1;

        EndedException() {
            super("the feed ended", null, false, false);
        }
    }
}

package dev.tidemark.gateway.aside;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.common.hot.HotKeys;
import dev.tidemark.common.hot.HotLimits;
import dev.tidemark.common.request.ReadRequest;
import dev.tidemark.common.wire.CacheKey;
import dev.tidemark.gateway.check.RecordingSampler;
import dev.tidemark.gateway.fake.FakeDatabase;
import dev.tidemark.gateway.fake.FakeOrigin;
import dev.tidemark.gateway.fake.FakeSharedCache;
import dev.tidemark.gateway.feed.Follower;
import dev.tidemark.gateway.feed.HeartbeatDemand;
import dev.tidemark.gateway.guard.Client;
import dev.tidemark.gateway.guard.GuardProperties;
import dev.tidemark.gateway.guard.MissingGuard;
import dev.tidemark.gateway.hot.HotReads;
import dev.tidemark.gateway.near.NearCache;
import dev.tidemark.gateway.resilience.ConcurrencyLimit;
import dev.tidemark.gateway.session.BadTokenException;
import dev.tidemark.gateway.session.Session;
import dev.tidemark.gateway.session.Sessions;
import dev.tidemark.gateway.session.Token;
import dev.tidemark.gateway.session.TokenSeal;
import dev.tidemark.gateway.time.MonotonicClock;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;

/** A gateway's flow on a virtual clock, between an origin and a shared cache under control. */
final class Bench {

    static final String FILM = "/rest/v1/film/1";

    final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    final MonotonicClock clock = () -> time.now(TimeUnit.NANOSECONDS);
    final FakeDatabase database = new FakeDatabase();
    final FakeOrigin origin = new FakeOrigin(database);
    final FakeSharedCache shared;
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final ReadProperties properties =
            new ReadProperties(
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(1),
                    100);
    final ReloadProperties reload = new ReloadProperties(2, 1);
    final RecordingSampler samples = new RecordingSampler();
    final MissingGuard guard =
            new MissingGuard(
                    new GuardProperties(1, 3, 2, 5, 100, List.of()), () -> clock.nanos(), meters);
    int heartbeatsDemanded;

    /** What is drawn by whoever draws for an early refresh: the closer to 1, the earlier. */
    double draw;

    /** What is drawn for a soft TTL: 1 for the shortest. */
    double jitter;

    /** Counts every read; nothing ends its windows unless hot keys are seen to. */
    final HotReads hot =
            new HotReads(
                    new HotKeys(
                            new HotLimits(100, 100, Duration.ofSeconds(10)),
                            1,
                            clock::nanos,
                            () -> 0));

    private final List<HotEntries> hotEntries = new ArrayList<>();

    final TokenSeal seal = new TokenSeal(new byte[32]);
    final Follower follower = follower();
    final NearCache near = near(follower);
    private final ReadFlow flow;

    Bench() {
        shared = new FakeSharedCache(clock);
        flow = gateway(follower, near);
        database.log.tell(follower);
        time.schedulePeriodically(
                () -> database.log.isComplete(clock.nanos()), 0, 100, TimeUnit.MILLISECONDS);
        pass(Duration.ofSeconds(1));
    }

    Follower follower() {
        return new Follower(1 << 16, Duration.ofSeconds(5), clock, time);
    }

    NearCache near(Follower follower) {
        return new NearCache(1 << 20, 1 << 20, hot::isHot, follower, clock);
    }

    /** Another gateway beside the first, with a near cache of its own. */
    ReadFlow gateway() {
        return gateway(follower, near(follower));
    }

    /** Another gateway that knows something else. */
    ReadFlow gateway(Follower follower, NearCache near) {
        ServingRule rule = new ServingRule(near, follower);
        AsideMeters asideMeters = new AsideMeters(meters);
        KeyMarks passes = new KeyMarks(properties.passMarksMax(), properties.passFor(), clock);
        Contested contested =
                new Contested(
                        new KeyMarks(properties.passMarksMax(), properties.passFor(), clock),
                        new KeyMarks(properties.passMarksMax(), properties.contestedFor(), clock));
        FetchAndFill fetches =
                new FetchAndFill(
                        near,
                        shared,
                        origin,
                        passes,
                        contested,
                        new LeaseKeeper(shared, clock, time),
                        new SoftTtlJitter(0.1, () -> jitter),
                        clock,
                        asideMeters);
        Errand errand =
                new Errand(
                        near,
                        follower,
                        rule,
                        shared,
                        fetches,
                        Duration.ofMillis(500),
                        properties,
                        new AskAgain(() -> 1),
                        () -> 4711,
                        clock,
                        time,
                        asideMeters);
        Flights flights = new Flights();
        Refreshes refreshes =
                new Refreshes(
                        flights,
                        errand,
                        passes,
                        contested,
                        new EarlyRefresh(1, () -> draw),
                        2,
                        properties.deadline(),
                        clock,
                        asideMeters);
        hotEntries.add(
                new HotEntries(
                        hot, near, follower, refreshes, Duration.ofMillis(100), clock, time));
        return new ReadFlow(
                follower,
                rule,
                new Servings(near, rule, samples.sampler, clock, asideMeters),
                errand,
                origin,
                samples.sampler,
                hot,
                flights,
                refreshes,
                new ConcurrencyLimit(reload.concurrency(), reload.waitingMax()),
                passes,
                contested,
                guard,
                properties,
                HeartbeatDemand.by(Mono.fromRunnable(() -> heartbeatsDemanded++)),
                Duration.ofMillis(50),
                clock,
                time,
                asideMeters);
    }

    /** From now on all gateways see to what is hot. */
    void seeToHotKeys() {
        hotEntries.forEach(HotEntries::start);
    }

    void pass(Duration duration) {
        time.advanceTimeBy(duration);
    }

    Reading read(String... headers) {
        return read(flow, headers);
    }

    /** Of another row. */
    Reading readRow(int row, String... headers) {
        return read(flow, request("/rest/v1/film/" + row, headers));
    }

    Reading read(ReadFlow flow, String... headers) {
        return read(flow, request(headers));
    }

    private Reading read(ReadFlow flow, ReadRequest request) {
        return read(flow, Client.UNKNOWN, request);
    }

    /** Of a row, by this client. */
    Reading readRow(Client client, int row, String... headers) {
        return read(flow, client, request("/rest/v1/film/" + row, headers));
    }

    private Reading read(ReadFlow flow, Client client, ReadRequest request) {
        Reading reading = new Reading();
        reading.subscription =
                flow.read(request, client, session(request), CacheKey.of(request.canonical()))
                        .subscribe(served -> reading.serve(served, shared.fills));
        return reading;
    }

    static ReadRequest request(String... headers) {
        return request(FILM, headers);
    }

    private static ReadRequest request(String target, String... headers) {
        Map<String, List<String>> fields = new java.util.HashMap<>();
        for (int i = 0; i < headers.length; i += 2) {
            fields.put(headers[i], List.of(headers[i + 1]));
        }
        return switch (ReadRequest.parse("GET", target, n -> fields.getOrDefault(n, List.of()))) {
            case ReadRequest.Parsed.Read(ReadRequest request) -> request;
            default -> throw new AssertionError();
        };
    }

    private Session session(ReadRequest request) {
        try {
            return new Sessions(seal, false).read(request.tokens());
        } catch (BadTokenException e) {
            throw new AssertionError(e);
        }
    }

    /** The token of who has seen all that was written up to now. */
    String token() {
        return seal.seal(Token.of(database.read(request().canonical())).orElseThrow());
    }

    static CacheKey key() {
        return CacheKey.of(request().canonical());
    }

    /** A reader and what it has got so far. */
    static final class Reading {

        private @Nullable Served served;
        private @Nullable Disposable subscription;

        int fillsWhenServed = -1;

        private void serve(Served served, int fills) {
            this.served = served;
            this.fillsWhenServed = fills;
        }

        boolean isOver() {
            return served != null;
        }

        void hangUp() {
            if (subscription != null) {
                subscription.dispose();
            }
        }

        Served served() {
            if (served == null) {
                throw new AssertionError("nothing was served yet");
            }
            return served;
        }

        /** How many writes the answer has seen. */
        String body() {
            return new String(whole().entry().answer().body(), StandardCharsets.UTF_8);
        }

        void sawWrites(int writes) {
            assertThat(body()).contains("after " + writes + "\"");
        }

        Served.Whole whole() {
            assertThat(served()).isInstanceOf(Served.Whole.class);
            return (Served.Whole) served();
        }

        Served.Streamed streamed() {
            assertThat(served()).isInstanceOf(Served.Streamed.class);
            return (Served.Streamed) served();
        }

        Duration staleness() {
            return Duration.ofNanos(whole().stalenessNanos());
        }

        int problem() {
            assertThat(served()).isInstanceOf(Served.Failed.class);
            return ((Served.Failed) served()).problem().status();
        }

        String status() {
            return whole().cacheStatus();
        }
    }
}

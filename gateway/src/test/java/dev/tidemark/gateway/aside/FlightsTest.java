package dev.tidemark.gateway.aside;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.common.wire.CacheKey;
import dev.tidemark.gateway.http.ServerTiming;
import dev.tidemark.gateway.origin.BodyStream;
import dev.tidemark.gateway.origin.Fetched;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** No stream without a reader, whenever its leader leaves. */
class FlightsTest {

    private static final CacheKey KEY = new CacheKey(1, 2);

    private final Flights flights = new Flights();
    private final Sinks.One<Flights.Landed> task = Sinks.one();
    private final Flights.Seat leader = flights.board(KEY, task::asMono);
    private final AtomicInteger closed = new AtomicInteger();
    private final BodyStream body = new BodyStream(Flux.never(), closed::incrementAndGet);

    private void land() {
        Landing landing =
                new Landing.FetchedStream(
                        new Fetched.Streaming(200, List.of(), body, Optional.empty()),
                        0,
                        Optional.empty(),
                        ServerTiming.NEAR);
        task.tryEmitValue(new Flights.Landed(landing, Mono.empty()));
    }

    @Test
    void leaderLeaves_beforeTheLanding_streamIsGivenUp() {
        Disposable reading = leader.landing().subscribe();
        reading.dispose();
        land();

        assertThat(closed).hasValue(1);
    }

    /** Between the check at the landing and the claim: the leader has it, and goes. */
    @Test
    void leaderLeaves_withTheLandingInItsHands_streamIsGivenUp() {
        leader.landing()
                .subscribe(
                        new BaseSubscriber<>() {
                            @Override
                            protected void hookOnNext(Landing landing) {
                                assertThat(closed).hasValue(0);
                                cancel();
                            }
                        });
        land();

        assertThat(closed).hasValue(1);
    }

    @Test
    void leaderLeaves_afterItClaimed_onlyTheClaimEndsTheStream() {
        leader.landing()
                .subscribe(
                        new BaseSubscriber<>() {
                            @Override
                            protected void hookOnNext(Landing landing) {
                                body.claim().subscribe();
                                cancel();
                            }
                        });
        land();

        assertThat(closed).hasValue(0);
    }

    @Test
    void waiterLeaves_streamIsTheLeaders() {
        flights.board(KEY, task::asMono).landing().subscribe().dispose();
        leader.landing().subscribe();
        land();

        assertThat(closed).hasValue(0);
        assertThat(flights.size()).isZero();
    }
}

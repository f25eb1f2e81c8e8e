package dev.tidemark.gateway.resilience;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

class BreakerTest {

    private final Breaker breaker = openFor(Duration.ofHours(1));

    private static Breaker openFor(Duration openFor) {
        return new Breakers(
                        CircuitBreakerRegistry.ofDefaults(),
                        new BreakerProperties(4, 4, 50, openFor, 1))
                .breaker("test", InetSocketAddress.createUnresolved("host", 1));
    }

    private void call(Mono<String> call, int times) {
        call(breaker, call, times);
    }

    private static void call(Breaker breaker, Mono<String> call, int times) {
        for (int i = 0; i < times; i++) {
            breaker.guard(call, "bad"::equals).onErrorComplete().block();
        }
    }

    private boolean letsThrough() {
        return letsThrough(breaker);
    }

    private static boolean letsThrough(Breaker breaker) {
        return "good"
                .equals(
                        breaker.guard(Mono.just("good"), "bad"::equals)
                                .onErrorReturn(BreakerOpenException.class, "open")
                                .block());
    }

    @Test
    void errors_openIt() {
        call(Mono.error(new IOException()), 4);
        assertThat(letsThrough()).isFalse();
    }

    @Test
    void firstOpening_isTriedAgainSoon() {
        Breaker briefly = openFor(Duration.ofSeconds(16));
        call(briefly, Mono.error(new IOException()), 4);
        assertThat(letsThrough(briefly)).isFalse();
        await().atMost(Duration.ofSeconds(8)).until(() -> letsThrough(briefly));
    }

    @Test
    void badValues_openIt() {
        call(Mono.just("good"), 2);
        call(Mono.just("bad"), 2);
        assertThat(letsThrough()).isFalse();
    }

    @Test
    void emptyAndGoodValues_doNot() {
        call(Mono.empty(), 10);
        call(Mono.just("good"), 10);
        assertThat(letsThrough()).isTrue();
    }

    @Test
    void callersWhoLeave_countAsNothing() {
        for (int i = 0; i < 20; i++) {
            breaker.guard(Mono.<String>never(), "bad"::equals).subscribe().dispose();
        }
        assertThat(letsThrough()).isTrue();
    }
}

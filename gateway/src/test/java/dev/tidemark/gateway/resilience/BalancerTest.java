package dev.tidemark.gateway.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.gateway.time.MonotonicClock;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Mono;
import reactor.netty.channel.AbortedException;
import reactor.test.scheduler.VirtualTimeScheduler;

/** One more attempt at another instance, and no more than the budget has. */
class BalancerTest {

    private static final String FAILED = "failed";

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final MonotonicClock clock = () -> time.now(TimeUnit.NANOSECONDS);
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    /** What each instance does. */
    private final Map<Integer, Mono<String>> behaviour = new HashMap<>();

    private final List<Integer> asked = new ArrayList<>();
    private final Balancer<Integer> balancer =
            new Balancer<>(
                    "origin",
                    new Instances<>(
                            List.of(
                                    ServiceAddress.parse("127.0.0.1:1"),
                                    ServiceAddress.parse("127.0.0.1:2")),
                            address -> new Balanced<>(address.getPort()),
                            name -> new InetAddress[0]),
                    clock,
                    time,
                    meters);

    private AtomicReference<Object> call() {
        AtomicReference<Object> result = new AtomicReference<>();
        balancer.call(
                        port -> {
                            asked.add(port);
                            return Objects.requireNonNull(behaviour.get(port));
                        },
                        FAILED::equals,
                        true)
                .subscribe(result::set, result::set);
        return result;
    }

    private Mono<String> after(Duration delay, String value) {
        return Mono.delay(delay, time).thenReturn(value);
    }

    private double attempts(String kind) {
        return meters.counter("tidemark.attempts", "service", "origin", "kind", kind).count();
    }

    private static List<Exception> unreachable() {
        return List.of(new IOException("refused"), AbortedException.beforeSend());
    }

    @ParameterizedTest
    @MethodSource("unreachable")
    void instanceThatCannotBeReached_isPassedOver_onceAndThenAvoided(Exception error) {
        behaviour.put(1, Mono.error(error));
        behaviour.put(2, Mono.just("two"));

        for (int i = 0; i < 20; i++) {
            assertThat(call()).hasValue("two");
        }
        assertThat(attempts("repeated")).isEqualTo(1);
        assertThat(asked.stream().filter(port -> port == 1)).hasSize(1);
    }

    @Test
    void instanceWithoutItsDatabase_isBetteredByAnother_ifThatHasOne() {
        behaviour.put(1, Mono.just(FAILED));
        behaviour.put(2, after(Duration.ofMillis(1), "two"));
        AtomicReference<Object> bettered = call();
        time.advanceTimeBy(Duration.ofMillis(1));
        assertThat(bettered).hasValue("two");

        behaviour.put(2, Mono.just(FAILED));
        assertThat(call()).hasValue(FAILED);
    }

    @Test
    void slowCall_isHedged_andTheFirstAnswerTaken() {
        behaviour.put(1, Mono.never());
        behaviour.put(2, after(Duration.ofMillis(10), "two"));
        AtomicReference<Object> result = call();
        time.advanceTimeBy(Duration.ofMillis(499));
        assertThat(asked).containsExactly(1);
        time.advanceTimeBy(Duration.ofMillis(11));

        assertThat(result).hasValue("two");
        assertThat(attempts("hedged")).isEqualTo(1);
        call();
        assertThat(asked).as("what hangs is avoided").containsExactly(1, 2, 2);
    }

    @Test
    void errorOfTheFirst_isNotHeldUpByTheHedge() {
        behaviour.put(1, Mono.error(new IllegalStateException("one")));
        behaviour.put(2, Mono.just("two"));

        AtomicReference<Object> result = call();
        assertThat(result.get()).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void secondAttempts_areOneInTen_onceThoseInHandAreSpent() {
        behaviour.put(1, Mono.just(FAILED));
        behaviour.put(2, Mono.just(FAILED));
        int calls = 2000;
        for (int i = 0; i < calls; i++) {
            call();
        }

        assertThat(attempts("repeated")).isBetween(calls / 10.0, calls / 10.0 + 51);
        assertThat(asked).hasSize(calls + (int) attempts("repeated"));
    }
}

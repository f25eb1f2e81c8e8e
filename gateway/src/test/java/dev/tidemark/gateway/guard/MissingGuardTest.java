package dev.tidemark.gateway.guard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.common.problem.Problem;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class MissingGuardTest {

    private static final Client ONE = new Client("one");
    private static final Client OTHER = new Client("other");

    private final AtomicLong now = new AtomicLong(1_000_000_000);
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final MissingGuard guard =
            new MissingGuard(
                    new GuardProperties(10, 100, 50, 300, 20, List.of()), now::get, meters);

    private void pass(Duration time) {
        now.addAndGet(time.toNanos());
    }

    private void missed(Client client, int times) {
        for (int i = 0; i < times; i++) {
            guard.missed(client);
        }
    }

    private boolean refuses(Client client) {
        return guard.refusal(client).isPresent();
    }

    @Test
    void walkerThroughMissingKeys_isRefusedAtItsBurst_andGoesOnAtItsRate() {
        int looked = 0;
        for (int millis = 0; millis < 60_000; millis++) {
            if (!refuses(ONE)) {
                guard.missed(ONE);
                looked++;
            }
            pass(Duration.ofMillis(1));
        }

        assertThat(looked).isBetween(100 + 590, 100 + 610);
        assertThat(meters.counter("tidemark.guard.refused", "bound", "client").count())
                .isEqualTo(60_000.0 - looked);
    }

    @Test
    void refusal_saysWhenToComeAgain() {
        missed(ONE, 119);
        Problem refusal = guard.refusal(ONE).orElseThrow();

        assertThat(refusal.status()).isEqualTo(429);
        assertThat(refusal.retryAfter()).contains(Duration.ofSeconds(2));
        assertThat(refuses(OTHER)).isFalse();
        pass(Duration.ofSeconds(2));
        assertThat(refuses(ONE)).isFalse();
    }

    @Test
    void whatWasUnderWayMeanwhile_isPaidBackFirst() {
        missed(ONE, 200);
        pass(Duration.ofMillis(9_900));
        assertThat(refuses(ONE)).isTrue();
        pass(Duration.ofMillis(200));
        assertThat(refuses(ONE)).isFalse();
    }

    @Test
    void manyClientsTogether_haveABoundToo() {
        for (int i = 0; i < 20; i++) {
            missed(new Client("of many " + i), 16);
        }
        Problem refusal = guard.refusal(OTHER).orElseThrow();

        assertThat(refusal.status()).isEqualTo(503);
        assertThat(refusal.retryAfter()).isPresent();
        assertThat(meters.counter("tidemark.guard.refused", "bound", "all").count()).isOne();
        pass(Duration.ofSeconds(1));
        assertThat(refuses(OTHER)).isFalse();
    }

    @Test
    void clients_areRememberedUpToTheirNumber() {
        for (int i = 0; i < 1000; i++) {
            guard.missed(new Client("client " + i));
            pass(Duration.ofMillis(50));
        }

        assertThat(meters.get("tidemark.guard.clients").gauge().value()).isLessThanOrEqualTo(20);
    }
}

package dev.tidemark.gateway.aside;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.common.wire.Policy;
import dev.tidemark.gateway.fake.FakeDatabase;
import dev.tidemark.gateway.near.Entry;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EarlyRefreshTest {

    private static final Policy POLICY =
            new Policy(Duration.ofMinutes(1), Duration.ofHours(1), Duration.ZERO, true);

    private static Entry entry(Duration fetchTime) {
        return new Entry(
                new FakeDatabase().read(Bench.request().canonical()).with(POLICY, fetchTime), 0);
    }

    private static boolean isDue(EarlyRefresh early, Duration fetchTime, Duration left) {
        return early.isDue(entry(fetchTime), Duration.ofMinutes(1).minus(left).toNanos());
    }

    @Test
    void likelihood_isTheExponentialOfWhatIsLeft_inFetchTimes() {
        EarlyRefresh early = new EarlyRefresh(1, new Random(42)::nextDouble);
        int due = 0;
        for (int i = 0; i < 100_000; i++) {
            due += isDue(early, Duration.ofMillis(20), Duration.ofMillis(40)) ? 1 : 0;
        }

        assertThat(due / 100_000.0).isBetween(Math.exp(-2) - 0.01, Math.exp(-2) + 0.01);
    }

    @Test
    void farFromTheEnd_isNeverDue_whateverIsDrawn() {
        EarlyRefresh early = new EarlyRefresh(1, () -> Math.nextDown(1.0));
        assertThat(isDue(early, Duration.ofMillis(20), Duration.ofMillis(730))).isTrue();
        assertThat(isDue(early, Duration.ofMillis(20), Duration.ofMillis(740))).isFalse();
    }

    @Test
    void fetchOfUnknownTime_orNoBeta_isNeverDue() {
        Duration moment = Duration.ofNanos(1);
        assertThat(isDue(new EarlyRefresh(1, () -> 0.99), Duration.ZERO, moment)).isFalse();
        assertThat(isDue(new EarlyRefresh(0, () -> 0.99), Duration.ofSeconds(1), moment)).isFalse();
        assertThat(isDue(new EarlyRefresh(1, () -> 0), Duration.ofSeconds(1), moment)).isFalse();
    }
}

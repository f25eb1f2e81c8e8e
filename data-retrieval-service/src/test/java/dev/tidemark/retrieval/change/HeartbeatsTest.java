package dev.tidemark.retrieval.change;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class HeartbeatsTest {

    private final Heartbeats heartbeats = new Heartbeats(UUID.randomUUID(), new SessionThreads());

    @Test
    @Timeout(30)
    void demanded_isBeforeItsTime_andOneIsForAllWhoAsked() throws Exception {
        heartbeats.demand();
        heartbeats.demand();
        heartbeats.demand();

        assertThat(heartbeats.awaitNext(Duration.ofHours(1))).isTrue();
        assertThat(heartbeats.awaitNext(Duration.ofMillis(10))).isFalse();
    }

    @Test
    void demanded_isNeverSoonerThanTheGap() throws Exception {
        heartbeats.demand();
        long begun = System.nanoTime();
        heartbeats.awaitNext(Duration.ofSeconds(1));

        assertThat(System.nanoTime() - begun).isGreaterThanOrEqualTo(Heartbeats.GAP_MIN.toNanos());
    }
}

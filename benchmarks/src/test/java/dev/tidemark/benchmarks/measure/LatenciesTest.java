package dev.tidemark.benchmarks.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class LatenciesTest {

    /** Three digits. */
    private static final Offset<Double> EXACTLY = within(0.1);

    @Test
    void percentiles_areThoseOfWhatWasRecorded() {
        Latencies latencies = new Latencies(Duration.ZERO);
        for (int millis = 1; millis <= 100; millis++) {
            latencies.record(millis * 1_000_000L);
        }
        assertThat(latencies.count()).isEqualTo(100);
        assertThat(latencies.millisAt(50)).isEqualTo(50, EXACTLY);
        assertThat(latencies.millisAt(99)).isEqualTo(99, EXACTLY);
        assertThat(latencies.millisMax()).isEqualTo(100, EXACTLY);
        assertThat(latencies.earlyShare()).isZero();
    }

    @Test
    void latencyBelowZero_isRecordedAsZero_andCounted() {
        Latencies latencies = new Latencies(Duration.ofMillis(50));
        latencies.record(-2_000_000);
        latencies.record(0);
        latencies.record(1_000_000);
        latencies.record(1_000_000);
        assertThat(latencies.earlyShare()).isEqualTo(0.5);
        assertThat(latencies.millisAt(50)).isZero();
    }

    @Test
    void stall_countsForTheEventsThatItKeptFromHappening() {
        Latencies latencies = new Latencies(Duration.ofMillis(100));
        for (int i = 0; i < 10; i++) {
            latencies.record(1_000_000);
        }
        latencies.record(1_000_000_000);
        assertThat(latencies.count()).isEqualTo(11);
        // The nine that were due while it lasted would have waited for 900, 800, … 100 ms.
        assertThat(latencies.millisAt(50)).isEqualTo(1, EXACTLY);
        assertThat(latencies.millisAt(75)).isEqualTo(500, within(1.0));
    }

    @Test
    void added_countTogether() {
        Latencies one = new Latencies(Duration.ZERO);
        one.record(1_000_000);
        Latencies other = new Latencies(Duration.ZERO);
        other.record(-1);
        one.add(other);
        assertThat(one.count()).isEqualTo(2);
        assertThat(one.earlyShare()).isEqualTo(0.5);
    }
}

package dev.tidemark.benchmarks.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class PaceTest {

    @Test
    void events_areEquallySpaced_whateverTheRate() {
        Pace pace = new Pace(3, 1_000);
        assertThat(pace.nextNanos()).isEqualTo(1_000);
        assertThat(pace.nextNanos()).isEqualTo(333_334_333);
        assertThat(pace.nextNanos()).isEqualTo(666_667_667);
        assertThat(pace.nextNanos()).isEqualTo(1_000_001_000);
    }

    @Test
    void eventsOfThePast_areDueAtOnce() {
        long start = System.nanoTime() - 3_600_000_000_000L;
        Pace pace = new Pace(1, start);
        for (int i = 0; i < 3_600; i++) {
            pace.awaitNext();
        }
        assertThat(pace.nextNanos()).isEqualTo(start + 3_600_000_000_000L);
    }

    @Test
    void paceOfNothing_isRefused() {
        assertThatThrownBy(() -> new Pace(0, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Pace(Double.NaN, 0))
                .isInstanceOf(IllegalArgumentException.class);
    }
}

package dev.tidemark.benchmarks.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class RatioTest {

    @Test
    void reach_isABoundFromBelowOrAbove() {
        Ratio throughput = new Ratio("hits", new Spread(0.9, 0.8, 1), 0.9, 1, true);
        Ratio latency = new Ratio("p99", new Spread(2.1, 2, 3), 2, 1, false);

        assertThat(throughput.isReached()).isTrue();
        assertThat(latency.isReached()).isFalse();
        assertThat(Ratio.table(List.of(throughput, latency)).rows())
                .containsExactly(
                        List.of("hits", "0.90", "0.80–1.00", "≥ 0.90", "≥ 1", "yes"),
                        List.of("p99", "2.10", "2.00–3.00", "≤ 2", "≤ 1", "no"));
    }
}

package dev.tidemark.benchmarks.measure;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SteadinessTest {

    private final Steadiness steadiness = new Steadiness();

    @Test
    void twoSlicesAlike_canBeChance() {
        steadiness.add(100);
        steadiness.add(100);
        assertThat(steadiness.isReached()).isFalse();
        steadiness.add(100);
        assertThat(steadiness.isReached()).isTrue();
    }

    @Test
    void ratesThatRise_areNotSteadyUntilTheLastOnesAreAlike() {
        for (double rate : new double[] {50, 80, 90, 96}) {
            steadiness.add(rate);
            assertThat(steadiness.isReached()).isFalse();
        }
        steadiness.add(98);
        assertThat(steadiness.isReached()).isFalse();
        steadiness.add(100);
        assertThat(steadiness.isReached()).isTrue();
        assertThat(steadiness.slices()).isEqualTo(6);
    }
}

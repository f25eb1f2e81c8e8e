package dev.tidemark.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ZipfTest {

    @Test
    void ranks_comeAsOftenAsTheLawSays() {
        Zipf zipf = new Zipf(1_000, 1, new SplittableRandom(1));
        int[] counts = new int[1_000];
        int draws = 500_000;
        for (int i = 0; i < draws; i++) {
            counts[zipf.next()]++;
        }

        // The thousandth harmonic number.
        double first = 1 / 7.485_470_86;
        assertThat((double) counts[0] / draws).isCloseTo(first, within(0.002));
        assertThat((double) counts[1] / draws).isCloseTo(first / 2, within(0.002));
        assertThat((double) counts[9] / draws).isCloseTo(first / 10, within(0.001));
        assertThat(counts[999]).isPositive();
    }
}

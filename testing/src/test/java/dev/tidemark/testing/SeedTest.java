package dev.tidemark.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class SeedTest {
    @Test
    void seed_isTheSameForAllParametersOfATest(
            @Seed long seed, @Seed RandomGenerator random, @Seed SplittableRandom other) {
        assertThat(random.nextLong())
                .isEqualTo(new SplittableRandom(seed).nextLong())
                .isEqualTo(other.nextLong());
    }
}

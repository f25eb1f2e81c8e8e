package dev.tidemark.retrieval.pgoutput;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.testing.Seed;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LongHashSetTest {

    @Test
    void set_isOne(@Seed SplittableRandom random) {
        LongHashSet set = new LongHashSet();
        Set<Long> expected = new HashSet<>();
        for (int i = 0; i < 5000; i++) {
            long hash = random.nextInt(4) == 0 ? random.nextInt(-9, 9) : random.nextLong();
            assertThat(set.add(hash)).isEqualTo(expected.add(hash));
            assertThat(set.size()).isEqualTo(expected.size());
        }
        assertThat(set.toArray())
                .containsExactlyInAnyOrder(expected.stream().mapToLong(Long::longValue).toArray());
        set.clear();
        assertThat(set.size()).isZero();
        assertThat(set.toArray()).isEmpty();
    }
}

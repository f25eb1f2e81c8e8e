package dev.tidemark.benchmarks.read;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ItemsTest {

    @Test
    void shapes_areAllDifferent_andNameAllColumns() {
        Set<String> targets = new HashSet<>();
        for (int shape = 0; shape < Items.shapes(); shape++) {
            String target = Items.target(100_001, shape);
            targets.add(target);
            assertThat(List.of(target.substring(target.indexOf('=') + 1).split(",", -1)))
                    .containsExactlyInAnyOrder("id", "name", "price", "made", "text");
        }
        assertThat(targets).hasSize(Items.shapes());
    }

    @Test
    void coldTargets_neverComeTwice() {
        ColdTargets cold = new ColdTargets();
        Set<String> targets = new HashSet<>(cold.take(Items.ROWS));
        targets.addAll(cold.take(10));

        assertThat(targets).hasSize(Items.ROWS + 10);
    }
}

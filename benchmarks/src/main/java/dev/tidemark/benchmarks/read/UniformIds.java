package dev.tidemark.benchmarks.read;

import java.util.List;
import java.util.SplittableRandom;

/** Ids of rows, each as likely as any other. */
final class UniformIds {

    private UniformIds() {}

    static List<Integer> of(int number, long seed) {
        return new SplittableRandom(seed).ints(number, 0, Items.ROWS).mapToObj(Items::id).toList();
    }
}

package dev.tidemark.benchmarks.load;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Ranks as often as Zipf's law has them: the first most, the second 2<sup>s</sup> times less. Which
 * keys those are is up to the caller.
 */
public final class Zipf {

    /** What YCSB calls Zipfian: of 100,000 keys, the first gets 8 % of all requests. */
    public static final double EXPONENT = 0.99;

    /** The share of all that has this rank or a lower one. */
    private final double[] cumulated;

    private final SplittableRandom random;

    /**
     * @param ranks how many there are
     */
    public Zipf(int ranks, double exponent, SplittableRandom random) {
        this.random = random;
        this.cumulated = new double[ranks];
        double sum = 0;
        for (int i = 0; i < ranks; i++) {
            sum += 1 / Math.pow(i + 1.0, exponent);
            cumulated[i] = sum;
        }
        for (int i = 0; i < ranks; i++) {
            cumulated[i] /= sum;
        }
    }

    /** The next rank, from 0. */
    public int next() {
        int place = Arrays.binarySearch(cumulated, random.nextDouble());
        return Math.min(place < 0 ? -place - 1 : place, cumulated.length - 1);
    }
}

package dev.tidemark.benchmarks.measure;

import java.util.ArrayList;
import java.util.List;

/**
 * Whether what is warming up still becomes faster: it is steady when the last slices of time gave
 * alike rates.
 */
public final class Steadiness {

    /** So many slices are compared: two alike can be chance. */
    public static final int SLICES = 3;

    /** So far apart they may be, of the largest. */
    public static final double TOLERANCE = 0.05;

    private final List<Double> rates = new ArrayList<>();

    /** What one more slice gave. */
    public void add(double rate) {
        rates.add(rate);
    }

    public boolean isReached() {
        if (rates.size() < SLICES) {
            return false;
        }
        List<Double> last = rates.subList(rates.size() - SLICES, rates.size());
        double max = last.stream().mapToDouble(rate -> rate).max().orElse(0);
        double min = last.stream().mapToDouble(rate -> rate).min().orElse(0);
        return max - min <= TOLERANCE * max;
    }

    /** How many slices there were. */
    public int slices() {
        return rates.size();
    }
}

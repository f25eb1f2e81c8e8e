package dev.tidemark.benchmarks.measure;

import java.util.List;
import java.util.Locale;

/** What several rounds gave: the median, and how far they lie apart. */
public record Spread(double median, double min, double max) {

    /** Of at least one value. */
    public static Spread of(List<Double> values) {
        if (values.isEmpty()) {
            throw new IllegalArgumentException("no values");
        }
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        double median =
                sorted.size() % 2 == 1
                        ? sorted.get(middle)
                        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
        return new Spread(median, sorted.getFirst(), sorted.getLast());
    }

    /**
     * The extremes, for a cell beside the median's.
     *
     * @param format of one number, such as {@code %.2f}
     */
    public String range(String format) {
        return String.format(Locale.ROOT, format + "–" + format, min, max);
    }

    /** The median. */
    public String middle(String format) {
        return String.format(Locale.ROOT, format, median);
    }
}

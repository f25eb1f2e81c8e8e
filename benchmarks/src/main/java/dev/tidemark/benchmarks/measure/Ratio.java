package dev.tidemark.benchmarks.measure;

import java.util.List;
import java.util.Locale;

/**
 * Ours divided by another's, round by round, so that what slowed both down in a round is in
 * neither. These are the figures that can be compared between runs and machines, as far as any can.
 *
 * @param name the same for ever: recorded figures are found by it
 * @param reach what is good enough
 * @param aim what we want
 * @param moreIsBetter whether it is about throughput, and not about latency or size
 */
public record Ratio(String name, Spread spread, double reach, double aim, boolean moreIsBetter) {

    public boolean isReached() {
        return moreIsBetter ? spread.median() >= reach : spread.median() <= reach;
    }

    private List<String> row() {
        String than = moreIsBetter ? "≥ " : "≤ ";
        return List.of(
                name,
                spread.middle("%.2f"),
                spread.range("%.2f"),
                than + number(reach),
                than + number(aim),
                isReached() ? "yes" : "no");
    }

    private static String number(double value) {
        return value == Math.rint(value)
                ? Long.toString(Math.round(value))
                : String.format(Locale.ROOT, "%.2f", value);
    }

    /** Several as a table. */
    public static Table table(List<Ratio> ratios) {
        return new Table(
                "Ratios",
                List.of("of one run; the median of the rounds' ratios, and the lowest and highest"),
                List.of("ratio", "median", "min–max", "reach", "aim", "reached"),
                ratios.stream().map(Ratio::row).toList(),
                List.of());
    }
}

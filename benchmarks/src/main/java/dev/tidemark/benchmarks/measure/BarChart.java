package dev.tidemark.benchmarks.measure;

import java.util.List;
import java.util.Locale;

/**
 * Bars from left to right, one under the other, as SVG: readable on light and on dark pages.
 *
 * @param unit of all values
 */
public record BarChart(String title, String unit, List<Bar> bars) {

    /**
     * One bar.
     *
     * @param ours whether it is Tidemark's, and not a peer's
     * @param spread drawn as a line across the bar's end
     */
    public record Bar(String name, Spread spread, boolean ours) {}

    private static final int LABEL_WIDTH = 300;
    private static final int BAR_WIDTH = 330;
    private static final int ROW_HEIGHT = 26;
    private static final int TOP = 34;
    private static final int WIDTH = LABEL_WIDTH + BAR_WIDTH + 90;

    public BarChart {
        bars = List.copyOf(bars);
    }

    public String svg() {
        double max = bars.stream().mapToDouble(bar -> bar.spread().max()).max().orElse(1);
        double scale = max > 0 ? BAR_WIDTH / max : 0;
        int height = TOP + ROW_HEIGHT * bars.size() + 8;
        StringBuilder svg =
                new StringBuilder(
                        """
                        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %1$d %2$d" width="%1$d" height="%2$d" font-family="sans-serif" font-size="13">
                        <rect width="%1$d" height="%2$d" fill="#ffffff"/>
                        <text x="12" y="20" font-weight="bold" fill="#1f2933">%3$s (%4$s)</text>
                        """
                                .formatted(WIDTH, height, escaped(title), escaped(unit)));
        for (int i = 0; i < bars.size(); i++) {
            Bar bar = bars.get(i);
            int y = TOP + ROW_HEIGHT * i;
            double middle = y + 9;
            svg.append(
                    String.format(
                            Locale.ROOT,
                            """
                            <text x="%d" y="%d" text-anchor="end" fill="#1f2933">%s</text>
                            <rect x="%d" y="%d" width="%.1f" height="18" fill="%s"/>
                            <line x1="%.1f" y1="%.1f" x2="%.1f" y2="%.1f" stroke="#1f2933"/>
                            <text x="%.1f" y="%d" fill="#1f2933">%s</text>
                            """,
                            LABEL_WIDTH - 8,
                            y + 14,
                            escaped(bar.name()),
                            LABEL_WIDTH,
                            y,
                            bar.spread().median() * scale,
                            bar.ours() ? "#2a6f97" : "#a9b4c2",
                            LABEL_WIDTH + bar.spread().min() * scale,
                            middle,
                            LABEL_WIDTH + bar.spread().max() * scale,
                            middle,
                            LABEL_WIDTH + bar.spread().max() * scale + 6,
                            y + 14,
                            number(bar.spread().median())));
        }
        return svg.append("</svg>\n").toString();
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, value >= 100 ? "%,.0f" : "%.2f", value);
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;");
    }
}

package dev.tidemark.benchmarks.validation;

import dev.tidemark.benchmarks.code.Jmh;
import dev.tidemark.benchmarks.measure.BarChart;
import dev.tidemark.benchmarks.measure.Finding;
import dev.tidemark.benchmarks.measure.Spread;
import dev.tidemark.benchmarks.measure.Table;
import dev.tidemark.quickstart.launch.Progress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;

/** Whether a look-up in the near cache grows with what is in it, or with what has changed. */
public final class GrowthFigure {

    private static final String TITLE = "A look-up in the near cache";

    private GrowthFigure() {}

    /**
     * Has JMH measure it, in JVMs of its own.
     *
     * @param iterationMillis of each of JMH's iterations
     */
    public static Finding measure(int iterationMillis, Progress progress) {
        List<List<String>> rows = new ArrayList<>();
        List<BarChart.Bar> bars = new ArrayList<>();
        for (RunResult result : Jmh.run(GrowthBenchmark.class, "find", iterationMillis, progress)) {
            int entries = Integer.parseInt(result.getParams().getParam("entries"));
            int changes = Integer.parseInt(result.getParams().getParam("changes"));
            Result<?> nanos = result.getPrimaryResult();
            rows.add(
                    List.of(
                            String.format(Locale.ROOT, "%,d", entries),
                            String.format(Locale.ROOT, "%,d", changes),
                            String.format(Locale.ROOT, "%.0f", nanos.getScore()),
                            String.format(Locale.ROOT, "%.0f", nanos.getScoreError())));
            bars.add(
                    new BarChart.Bar(
                            String.format(
                                    Locale.ROOT, "%,d entries, %,d changes", entries, changes),
                            new Spread(
                                    nanos.getScore(),
                                    Math.max(0, nanos.getScore() - nanos.getScoreError()),
                                    nanos.getScore() + nanos.getScoreError()),
                            true));
        }
        Table table =
                new Table(
                        TITLE,
                        Jmh.parameters(iterationMillis),
                        List.of("entries", "changes", "ns", "±"),
                        rows,
                        List.of(
                                "NearCache.find, validation and staleness included, of entries with two tags; a clock of 2^20 slots.",
                                "All entries in turn: the more there are, the more of them, and of the clock's slots, come from memory."));
        return new Finding(
                List.of(table), List.of(), Map.of("growth", new BarChart(TITLE, "ns", bars)));
    }
}

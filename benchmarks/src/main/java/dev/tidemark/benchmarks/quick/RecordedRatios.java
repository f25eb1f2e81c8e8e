package dev.tidemark.benchmarks.quick;

import dev.tidemark.benchmarks.measure.MeasurementException;
import dev.tidemark.benchmarks.measure.Ratio;
import dev.tidemark.benchmarks.measure.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * Ratios as they were when somebody last looked. They are ratios since no other figure means the
 * same on another machine, nor on this one next week.
 */
public final class RecordedRatios {

    /** Beyond what the same code gives from one run to the next. */
    private static final double TOLERANCE = 0.2;

    private final Map<String, Double> ratios;

    RecordedRatios(Map<String, Double> ratios) {
        this.ratios = Map.copyOf(ratios);
    }

    public static RecordedRatios read(Path file) {
        if (!Files.isReadable(file)) {
            throw new MeasurementException(
                    file + " is missing: record the ratios first (--record)");
        }
        try {
            return new RecordedRatios(
                    JsonMapper.builder()
                            .build()
                            .readValue(file, new TypeReference<Map<String, Double>>() {}));
        } catch (JacksonException e) {
            throw new MeasurementException(file + " is no map of ratios: " + e.getMessage(), e);
        }
    }

    /** Writes these down for the next time. */
    public static void record(Path file, List<Ratio> ratios) {
        Map<String, Double> rounded = new TreeMap<>();
        for (Ratio ratio : ratios) {
            rounded.put(ratio.name(), Math.round(ratio.spread().median() * 1000) / 1000.0);
        }
        try {
            Files.writeString(
                    file,
                    JsonMapper.builder()
                                    .build()
                                    .writerWithDefaultPrettyPrinter()
                                    .writeValueAsString(rounded)
                            + "\n");
        } catch (IOException e) {
            throw new MeasurementException("cannot write " + file, e);
        }
    }

    /** Those that have become worse by more than a fifth. */
    public List<Ratio> fallen(List<Ratio> now) {
        return now.stream().filter(this::hasFallen).toList();
    }

    private boolean hasFallen(Ratio ratio) {
        Double then = ratios.get(ratio.name());
        if (then == null) {
            return false;
        }
        double median = ratio.spread().median();
        return ratio.moreIsBetter()
                ? median < then * (1 - TOLERANCE)
                : median > then / (1 - TOLERANCE);
    }

    public Table table(List<Ratio> now) {
        List<List<String>> rows = new ArrayList<>();
        for (Ratio ratio : now) {
            Double then = ratios.get(ratio.name());
            rows.add(
                    List.of(
                            ratio.name(),
                            then == null ? "-" : String.format(Locale.ROOT, "%.2f", then),
                            ratio.spread().middle("%.2f"),
                            ratio.spread().range("%.2f"),
                            hasFallen(ratio) ? "fell" : "holds"));
        }
        return new Table(
                "Against what is recorded",
                List.of(
                        "worse by more than %.0f %% is a fall; less is chance"
                                .formatted(TOLERANCE * 100)),
                List.of("ratio", "recorded", "now", "min–max", ""),
                rows,
                List.of());
    }
}

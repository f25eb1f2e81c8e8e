package dev.tidemark.benchmarks.measure;

import java.util.List;
import java.util.Map;

/**
 * What one figure found: tables for people, ratios to be held against those recorded, and charts by
 * the names of their files.
 */
public record Finding(List<Table> tables, List<Ratio> ratios, Map<String, BarChart> charts) {

    public Finding {
        tables = List.copyOf(tables);
        ratios = List.copyOf(ratios);
        charts = Map.copyOf(charts);
    }

    public static Finding of(Table table) {
        return new Finding(List.of(table), List.of(), Map.of());
    }
}

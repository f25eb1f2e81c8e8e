package dev.tidemark.benchmarks.measure;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.json.JsonMapper;

/** The figures of one run: printed as they come, and kept as JSON in the end. */
public final class Report {

    private record Kept(Machine machine, List<Table> tables) {}

    private final Machine machine;
    private final PrintWriter out;
    private final List<Table> tables = new ArrayList<>();
    private final List<Ratio> ratios = new ArrayList<>();
    private final Map<String, BarChart> charts = new TreeMap<>();

    public Report(Machine machine, PrintWriter out) {
        this.machine = machine;
        this.out = out;
    }

    public void add(Table table) {
        tables.add(table);
        out.println();
        out.print(table.text());
        out.println("  " + machine);
        out.println();
        out.flush();
    }

    /** Its tables, its ratios as one more, and its charts as files beside the others'. */
    public void add(Finding finding) {
        finding.tables().forEach(this::add);
        if (!finding.ratios().isEmpty()) {
            add(Ratio.table(finding.ratios()));
        }
        ratios.addAll(finding.ratios());
        charts.putAll(finding.charts());
    }

    /** All ratios so far. */
    public List<Ratio> ratios() {
        return List.copyOf(ratios);
    }

    /** Writes the tables as JSON, and each chart as {@code NAME.svg} beside it. */
    public void write(Path file) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        JsonMapper.builder()
                .build()
                .writerWithDefaultPrettyPrinter()
                .writeValue(file, new Kept(machine, tables));
        for (Map.Entry<String, BarChart> chart : charts.entrySet()) {
            Files.writeString(file.resolveSibling(chart.getKey() + ".svg"), chart.getValue().svg());
        }
    }
}

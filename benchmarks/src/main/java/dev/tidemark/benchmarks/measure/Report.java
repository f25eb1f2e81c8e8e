package dev.tidemark.benchmarks.measure;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;

/** The figures of one run: printed as they come, and kept as JSON in the end. */
public final class Report {

    private record Kept(Machine machine, List<Table> tables) {}

    private final Machine machine;
    private final PrintWriter out;
    private final List<Table> tables = new ArrayList<>();

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

    public void write(Path file) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        JsonMapper.builder()
                .build()
                .writerWithDefaultPrettyPrinter()
                .writeValue(file, new Kept(machine, tables));
    }
}

package dev.tidemark.benchmarks.measure;

import java.util.ArrayList;
import java.util.List;

/**
 * A figure as it is printed: what was measured, how, and the numbers.
 *
 * @param parameters what the numbers depend on
 * @param rows as many cells each as there are columns
 * @param remarks what one must know to read the numbers right
 */
public record Table(
        String title,
        List<String> parameters,
        List<String> columns,
        List<List<String>> rows,
        List<String> remarks) {

    public Table {
        parameters = List.copyOf(parameters);
        columns = List.copyOf(columns);
        rows = List.copyOf(rows);
        remarks = List.copyOf(remarks);
        for (List<String> row : rows) {
            if (row.size() != columns.size()) {
                throw new IllegalArgumentException(row + " does not fit " + columns);
            }
        }
    }

    /** For a terminal, and as Markdown. */
    public String text() {
        List<List<String>> lines = new ArrayList<>();
        lines.add(columns);
        lines.addAll(rows);
        int[] widths = new int[columns.size()];
        for (List<String> line : lines) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], line.get(i).length());
            }
        }
        StringBuilder text = new StringBuilder(title).append("\n\n");
        append(text, columns, widths);
        for (int width : widths) {
            text.append("| ").append("-".repeat(width - 1)).append(": ");
        }
        text.append("|\n");
        rows.forEach(row -> append(text, row, widths));
        text.append('\n');
        parameters.forEach(parameter -> text.append("  ").append(parameter).append('\n'));
        remarks.forEach(remark -> text.append("  * ").append(remark).append('\n'));
        return text.toString();
    }

    private static void append(StringBuilder text, List<String> cells, int[] widths) {
        for (int i = 0; i < widths.length; i++) {
            text.append("| ")
                    .append(" ".repeat(widths[i] - cells.get(i).length()))
                    .append(cells.get(i))
                    .append(' ');
        }
        text.append("|\n");
    }
}

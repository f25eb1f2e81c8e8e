package dev.tidemark.benchmarks.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ReportTest {

    private static final Table TABLE =
            new Table(
                    "Speed",
                    List.of("on a road"),
                    List.of("car", "km/h"),
                    List.of(List.of("red", "120"), List.of("blue", "80")),
                    List.of("Mind the gap."));

    @TempDir Path folder;

    @Test
    void table_isPrintedInColumns() {
        assertThat(TABLE.text())
                .isEqualTo(
                        """
                        Speed

                        |  car | km/h |
                        | ---: | ---: |
                        |  red |  120 |
                        | blue |   80 |

                          on a road
                          * Mind the gap.
                        """);
    }

    @Test
    void rowThatDoesNotFit_isRefused() {
        assertThatThrownBy(() ->
                        new Table(
                                "", List.of(), List.of("a"), List.of(List.of("1", "2")), List.of()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void report_isKeptAsJson_withTheMachine() throws IOException {
        StringWriter printed = new StringWriter();
        Report report = new Report(Machine.current(), new PrintWriter(printed));
        report.add(TABLE);
        Path file = folder.resolve("new/report.json");
        report.write(file);
        JsonNode json = JsonMapper.builder().build().readTree(file);
        assertThat(json.at("/machine/cores").asInt()).isPositive();
        assertThat(json.at("/tables/0/rows/1/0").asString()).isEqualTo("blue");
        assertThat(printed.toString()).contains(TABLE.text(), Machine.current().toString());
    }
}

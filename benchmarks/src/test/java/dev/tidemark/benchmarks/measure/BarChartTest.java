package dev.tidemark.benchmarks.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class BarChartTest {

    @Test
    void longestBar_fillsItsPlace_andNamesAreEscaped() {
        String svg =
                new BarChart(
                                "Hits",
                                "requests/s",
                                List.of(
                                        new BarChart.Bar(
                                                "a <b>", new Spread(2000, 1000, 2000), true),
                                        new BarChart.Bar("c", new Spread(1000, 900, 1100), false)))
                        .svg();

        assertThat(svg)
                .startsWith("<svg ")
                .endsWith("</svg>\n")
                .contains("a &lt;b>", "width=\"330.0\"", "width=\"165.0\"", ">2,000<");
    }
}

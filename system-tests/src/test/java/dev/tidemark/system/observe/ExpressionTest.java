package dev.tidemark.system.observe;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExpressionTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            textBlock =
                    """
                    up | up
                    sum by (job, le) (rate(a_total{job="x",le="0.5"}[5m])) > 1e9 | a_total{job="x",le="0.5"}
                    a{x=~"/{table}/.*"} / on (x) group_left (y) (b > 0) | a{x=~"/{table}/.*"} b
                    (sum(a:b:c) or vector(0)) and c offset 5m unless d | a:b:c c d
                    label_replace(absent(up{job="a"} == 1), "job", "a", "", "") | up{job="a"}
                    """)
    void selectors_areFound_andNothingElse(String text, String selectors) {
        assertThat(new Expression("here", text).selectors())
                .containsExactly(selectors.split(" ", -1));
    }
}

package dev.tidemark.benchmarks.replay;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class LogLineTest {

    private static final String LOG =
            """
            2026-11-25T15:55:44.000Z  INFO 1 --- [main] A : Starting with 3 records in 4 ms
            \tat somewhere
            2026-11-25T15:55:45.123Z  INFO 1 --- [log-follower] F : Knows the log: 12 records in 7 ms
            2026-11-25T15:55:46.000Z  INFO 1 --- [log-follower] F : Knows the log: 13 records in 8 ms
            """;

    @Test
    void line_isFoundWithItsTimeAndNumbers() {
        assertThat(LogLine.find(LOG, Pattern.compile("Knows the log: (\\d+) records in (\\d+) ms")))
                .contains(new LogLine(Instant.parse("2026-11-25T15:55:45.123Z"), List.of(12L, 7L)));
    }

    @Test
    void lineThatIsNotThere_isNotFound() {
        assertThat(LogLine.find(LOG, Pattern.compile("somewhere"))).isEmpty();
        assertThat(LogLine.find("", Pattern.compile("x"))).isEmpty();
    }
}

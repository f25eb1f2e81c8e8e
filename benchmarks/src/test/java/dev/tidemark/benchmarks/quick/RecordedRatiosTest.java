package dev.tidemark.benchmarks.quick;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.benchmarks.measure.MeasurementException;
import dev.tidemark.benchmarks.measure.Ratio;
import dev.tidemark.benchmarks.measure.Spread;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordedRatiosTest {

    @TempDir Path folder;

    private static Ratio ratio(String name, double median, boolean moreIsBetter) {
        return new Ratio(name, new Spread(median, median, median), 1, 1, moreIsBetter);
    }

    @Test
    void worseByMoreThanAFifth_isAFall() {
        Path file = folder.resolve("ratios.json");
        RecordedRatios.record(file, List.of(ratio("hits", 1, true), ratio("p99", 1, false)));
        RecordedRatios recorded = RecordedRatios.read(file);

        assertThat(recorded.fallen(List.of(ratio("hits", 0.81, true), ratio("p99", 1.24, false))))
                .isEmpty();
        assertThat(
                        recorded.fallen(
                                List.of(
                                        ratio("hits", 0.79, true),
                                        ratio("p99", 1.26, false),
                                        ratio("new", 0, true))))
                .extracting(Ratio::name)
                .containsExactly("hits", "p99");
    }

    @Test
    void fileThatIsMissingOrNone_isNamed() throws Exception {
        Path file = folder.resolve("ratios.json");
        assertThatThrownBy(() -> RecordedRatios.read(file))
                .isInstanceOf(MeasurementException.class)
                .hasMessageContaining("record the ratios first");
        Files.writeString(file, "[1]");
        assertThatThrownBy(() -> RecordedRatios.read(file))
                .isInstanceOf(MeasurementException.class)
                .hasMessageContaining("is no map of ratios");
    }
}

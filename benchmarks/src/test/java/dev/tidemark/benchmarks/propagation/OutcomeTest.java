package dev.tidemark.benchmarks.propagation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.benchmarks.measure.MeasurementException;
import dev.tidemark.benchmarks.measure.Processor;
import dev.tidemark.benchmarks.propagation.Looks.Sighting;
import dev.tidemark.benchmarks.propagation.Prober.Probe;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class OutcomeTest {

    private static final long SECOND = 1_000_000_000;
    private static final long MILLI = 1_000_000;

    private final Outcome outcome = new Outcome(1_000, Duration.ofMillis(50));

    private void probe(long returned, long served, long gone) {
        outcome.probed(new Probe(0, returned * MILLI, new Sighting(served * MILLI, gone * MILLI)));
    }

    @Test
    void row_countsFromSentAndFromReturned() {
        probe(1, 3, 4);
        probe(1, 3, 4);
        probe(5, 3, 4);
        outcome.passed("decoded", 2 * MILLI);
        outcome.round(2_000, 2 * SECOND, new Processor.Use(0.25, 0.2));
        outcome.round(1_000, SECOND, new Processor.Use(1, 0.8));
        outcome.requireSound();
        assertThat(outcome.row())
                .hasSameSizeAs(Outcome.COLUMNS)
                .containsExactly(
                        "1,000", "1,000", "3", "3.00", "3.00", "3.0", "33.3 %", "4.00", "4.00",
                        "4.0", "1.00", "1.00", "50 %", "10 %");
        assertThat(outcome.stageRow(List.of("decoded")))
                .hasSameSizeAs(Outcome.stageColumns(List.of("decoded")))
                .containsExactly("1,000", "2.00", "2.00", "4.00", "4.00");
    }

    @Test
    void rateThatWasNotAchieved_isNoOutcome() {
        probe(1, 3, 4);
        outcome.round(979, SECOND, new Processor.Use(0.5, 0.5));
        assertThatThrownBy(outcome::requireSound)
                .isInstanceOf(MeasurementException.class)
                .hasMessageStartingWith("979 changes/s were achieved, not 1,000");
    }

    @Test
    void entriesThatWereLostByThemselves_areNoOutcomeWhenMany() {
        outcome.round(1_000, SECOND, new Processor.Use(0.5, 0.5));
        for (int i = 0; i < 19; i++) {
            probe(1, 3, 4);
        }
        assertThatCode(outcome::requireSound).doesNotThrowAnyException();
        outcome.discarded();
        assertThatThrownBy(outcome::requireSound)
                .isInstanceOf(MeasurementException.class)
                .hasMessage("1 of 20 probes had lost their entry before it was changed");
    }
}

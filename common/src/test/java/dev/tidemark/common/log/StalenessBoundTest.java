package dev.tidemark.common.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.common.tag.Lsn;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class StalenessBoundTest {

    private final StalenessBound bound = new StalenessBound();

    private static LogPosition at(long generation, long lsn) {
        return new LogPosition(generation, new Lsn(lsn), 1);
    }

    private static long millis(long millis) {
        return millis * 1_000_000;
    }

    private void answered(LogPosition position, long staleMillis, long askedMillis) {
        bound.answered(
                new Completeness(position, Duration.ofMillis(staleMillis)), millis(askedMillis));
    }

    private Duration at(LogPosition reached, long nowMillis) {
        return bound.at(reached, millis(nowMillis));
    }

    @Test
    void nothingIsKnownAtFirst() {
        assertThat(at(at(1, 10), 1_000)).isEqualTo(Completeness.UNKNOWN);
    }

    @Test
    void bound_isTheAnswersAndTheTimeSinceTheQuestion() {
        answered(at(1, 10), 30, 1_000);

        assertThat(at(at(1, 10), 1_005)).isEqualTo(Duration.ofMillis(35));
        assertThat(at(at(1, 10), 2_000)).isEqualTo(Duration.ofMillis(1_030));
    }

    @Test
    void answer_countsOnceTheLogIsAppliedUpToThere() {
        answered(at(1, 10), 0, 1_000);
        answered(at(1, 20), 0, 1_100);

        assertThat(at(at(1, 15), 1_150)).isEqualTo(Duration.ofMillis(150));
        assertThat(at(at(1, 20), 1_150)).isEqualTo(Duration.ofMillis(50));
    }

    /** Found by simulation: a clock from another node may be older than the own one was. */
    @Test
    void nodeThatWentBack_canNoLongerVouchForWhatItForgot() {
        answered(at(1, 20), 0, 1_000);
        assertThat(at(at(1, 20), 1_010)).isEqualTo(Duration.ofMillis(10));

        assertThat(at(at(1, 15), 1_020)).isEqualTo(Completeness.UNKNOWN);
    }

    @Test
    void answerOfAnotherGeneration_saysNothing() {
        answered(at(1, 20), 0, 1_000);
        assertThat(at(at(2, 5), 1_010)).isEqualTo(Completeness.UNKNOWN);
    }

    @Test
    void worseAnswer_doesNotReplaceABetterOne() {
        answered(at(1, 10), 0, 1_000);
        answered(at(1, 10), 500, 1_010);

        assertThat(at(at(1, 10), 1_020)).isEqualTo(Duration.ofMillis(20));
    }
}

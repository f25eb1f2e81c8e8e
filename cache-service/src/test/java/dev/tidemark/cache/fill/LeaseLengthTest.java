package dev.tidemark.cache.fill;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class LeaseLengthTest {

    private static final Duration MIN = Duration.ofMillis(500);
    private static final Duration MAX = Duration.ofSeconds(3);

    private final LeaseLength length = new LeaseLength(MIN, MAX);

    private void fills(int number, int millis) {
        for (int i = 0; i < number; i++) {
            length.filled(Duration.ofMillis(millis));
        }
    }

    @Test
    void beforeTheFirstFill_isTheLongest() {
        assertThat(length.granted()).isEqualTo(MAX);
    }

    @Test
    void afterTheFirst_isThreeTimesThat() {
        fills(1, 400);
        assertThat(length.granted()).isEqualTo(Duration.ofMillis(1200));
    }

    @Test
    void steadyFills_bringItDownToWhatTheyTake() {
        fills(1, 2000);
        fills(100, 800);
        assertThat(length.granted()).isBetween(Duration.ofMillis(800), Duration.ofMillis(850));
    }

    @Test
    void oneSlowFill_raisesItForAWhile() {
        fills(100, 600);
        length.filled(Duration.ofSeconds(2));
        assertThat(length.granted()).isGreaterThan(Duration.ofSeconds(2));
        fills(30, 600);
        assertThat(length.granted()).isLessThan(Duration.ofMillis(700));
    }

    @Test
    void quickFills_leaveItAtTheShortest() {
        fills(100, 2);
        assertThat(length.granted()).isEqualTo(MIN);
    }

    @Test
    void slowFills_leaveItAtTheLongest() {
        length.filled(Duration.ofSeconds(Long.MAX_VALUE));
        assertThat(length.granted()).isEqualTo(MAX);
    }

    @Test
    void whoHasFetchedForLonger_getsAsMuchAgain() {
        fills(100, 2);
        assertThat(length.renewed(Duration.ofMillis(100))).isEqualTo(MIN);
        assertThat(length.renewed(Duration.ofMillis(1700))).isEqualTo(Duration.ofMillis(1700));
        assertThat(length.renewed(Duration.ofSeconds(20))).isEqualTo(MAX);
    }
}

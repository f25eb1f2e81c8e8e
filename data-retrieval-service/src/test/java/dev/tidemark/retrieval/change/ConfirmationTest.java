package dev.tidemark.retrieval.change;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.common.log.LogPosition;
import dev.tidemark.common.tag.Lsn;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@ExtendWith(OutputCaptureExtension.class)
class ConfirmationTest {

    private final Confirmation confirmation = new Confirmation(Duration.ofNanos(15));

    private static LogPosition at(long lsn) {
        return new LogPosition(1, new Lsn(lsn), 1);
    }

    @Test
    void whatAReplicaHas_isConfirmedAfterTheDelay() {
        confirmation.step(at(10));
        confirmation.step(at(20));
        assertThat(confirmation.confirmable(1000)).isEqualTo(Lsn.UNKNOWN);
        confirmation.appended(at(10), at(10), 100);
        assertThat(confirmation.confirmable(114)).isEqualTo(Lsn.UNKNOWN);
        assertThat(confirmation.confirmable(115)).isEqualTo(new Lsn(10));
        confirmation.appended(at(25), at(15), 200);
        assertThat(confirmation.confirmable(300)).isEqualTo(new Lsn(10));
        confirmation.appended(at(25), at(20), 300);
        assertThat(confirmation.confirmable(300)).isEqualTo(new Lsn(20));
    }

    @Test
    void logWithoutReplicas_isConfirmedLater() {
        confirmation.step(at(10));
        confirmation.appended(at(10), LogPosition.NONE, 100);
        assertThat(confirmation.confirmable(159)).isEqualTo(Lsn.UNKNOWN);
        assertThat(confirmation.confirmable(160)).isEqualTo(new Lsn(10));
    }

    @Test
    void logWithoutReplicas_isWarnedOfOnce_andItsEndIsSaid(CapturedOutput output) {
        for (int lsn = 1; lsn <= 3; lsn++) {
            confirmation.step(at(lsn));
            confirmation.appended(at(lsn), LogPosition.NONE, lsn);
            confirmation.confirmable(lsn + 60);
        }
        assertThat(output.getOut()).containsOnlyOnce("No replica is known to have");

        confirmation.step(at(4));
        confirmation.appended(at(4), at(4), 100);
        confirmation.confirmable(115);
        assertThat(output.getOut()).containsOnlyOnce("A replica has the invalidation log again");
    }

    @Test
    void anyNumberOfSteps_isKeptInBounds() {
        for (int lsn = 1; lsn <= 10_000; lsn++) {
            confirmation.step(at(lsn));
        }
        confirmation.appended(at(10_000), at(10_000), 0);
        assertThat(confirmation.confirmable(15)).isEqualTo(new Lsn(1000));
        confirmation.step(at(10_001));
        confirmation.appended(at(10_001), at(10_001), 20);
        assertThat(confirmation.confirmable(35)).isEqualTo(new Lsn(10_001));
    }
}

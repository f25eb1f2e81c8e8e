package dev.tidemark.benchmarks.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class ProcessUseTest {

    @Test
    @EnabledOnOs(OS.LINUX)
    void thisJvm_takesTimeAndMemory() {
        long here = ProcessHandle.current().pid();

        assertThat(ProcessUse.cpu(here)).isPositive();
        assertThat(ProcessUse.pssBytes(here)).isGreaterThan(10 << 20);
    }

    @Test
    void processThatIsGone_takesNothing() {
        assertThat(ProcessUse.cpu(Integer.MAX_VALUE)).isEqualTo(Duration.ZERO);
        assertThat(ProcessUse.pssBytes(Integer.MAX_VALUE)).isZero();
    }
}

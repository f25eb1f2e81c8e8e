package dev.tidemark.benchmarks.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class BenchTest {

    private final StringWriter err = new StringWriter();

    private String refused(String... arguments) {
        CommandLine command = Bench.commandLine().setErr(new PrintWriter(err));
        assertThat(command.execute(arguments)).isEqualTo(2);
        return err.toString();
    }

    @Test
    void whatCannotBeMeasured_isNamed() {
        assertThat(refused("speed"))
                .startsWith("tidemark: ")
                .contains("speed", "see ./tidemark bench --help");
    }

    @Test
    void optionsThatMakeNoSense_areRefusedBeforeAnythingStarts() {
        assertThat(refused("coherence", "--seconds", "2"))
                .isEqualTo(
                        "tidemark: --seconds must be at least 3 (see ./tidemark bench --help)\n");
        assertThat(refused("coherence", "--rates", "100,0")).contains("--rates must be positive");
        assertThat(refused("coherence", "--gateways", "9")).contains("--gateways must be from 1");
        assertThat(refused("coherence", "--figures", "speed"))
                .contains("PROPAGATION, COLLISIONS, REPLAY");
        assertThat(refused("failures", "--faults", "earthquake"))
                .contains("gateway-killed", "postgres-killed");
        assertThat(refused("failures", "--reads", "0")).contains("--reads must be from 1 to 10000");
        assertThat(refused("failures", "--gateways", "1")).contains("--gateways must be from 2");
        assertThat(refused("failures", "--seconds", "0")).contains("--seconds must be at least 1");
        assertThat(refused("validation", "--iteration-millis", "1"))
                .contains("--iteration-millis must be at least 10");
    }

    @Test
    void loadsThatMakeNoSense_areRefusedBeforeAnythingStarts() {
        assertThat(refused("near", "--rounds", "0")).contains("--rounds must be at least 1");
        assertThat(refused("shared", "--entries", "1"))
                .contains("--entries must be from 1000 to 100000");
        assertThat(refused("mixed", "--connections", "1001"))
                .contains("--connections must be from 1 to 1000");
        assertThat(refused("miss", "--rate", "0")).contains("--rate must be positive");
        assertThat(refused("code", "--iteration-millis", "1"))
                .contains("--iteration-millis must be at least 10");
    }
}

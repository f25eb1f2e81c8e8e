package dev.tidemark.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.benchmarks.failure.Experiment;
import dev.tidemark.benchmarks.failure.Fault;
import dev.tidemark.benchmarks.failure.Outcome;
import dev.tidemark.quickstart.launch.Suite;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What clients see of faults through the load balancer, at a rate that the database alone can
 * carry: how much fails, for how long, and never a wrong answer or a lost write.
 */
@ExtendWith(SharedSuite.class)
class FailuresIT {

    private static final int READS_PER_SECOND = Integer.getInteger("failures.reads-per-second", 20);

    @SuppressWarnings("NullAway.Init")
    private static Suite suite;

    @SuppressWarnings("NullAway.Init")
    private static Experiment experiment;

    @BeforeAll
    static void begin(Suite shared) throws SQLException {
        suite = shared;
        experiment =
                Experiment.begin(
                        suite,
                        RunningSuite.HOME.toAbsolutePath().normalize(),
                        READS_PER_SECOND,
                        System.nanoTime());
    }

    @AfterAll
    static void end() throws IOException {
        experiment.close();
        BufferLeaks.assertNone(suite);
    }

    private static Outcome of(Fault fault, int seconds) throws SQLException {
        Outcome outcome = experiment.of(fault, Duration.ofSeconds(seconds));
        System.out.println(outcome);
        assertThat(outcome.violations()).isEmpty();
        assertThat(outcome.lostWrites()).isZero();
        suite.managementUris().entrySet().stream()
                .filter(service -> service.getKey().startsWith("gateway"))
                .forEach(gateway -> assertCheckerIsContent(Meters.of(gateway.getValue())));
        return outcome;
    }

    /** What the gateway has served was compared with the database later. */
    private static void assertCheckerIsContent(Meters gateway) {
        for (String breach : List.of("inconsistent", "late")) {
            String outcome = "outcome=\"" + breach + "\"";
            assertThat(gateway.sum("tidemark_consistency_checks_total", outcome)).isZero();
        }
    }

    /** What hangs keeps its connections and says nothing: what it has already waits for it. */
    @ParameterizedTest
    @CsvSource({
        "GATEWAY_KILLED, 0",
        "CACHE_SERVICE_KILLED, 0",
        "DATA_RETRIEVAL_SERVICE_KILLED, 0",
        "GATEWAY_HANGS, 3",
        "CACHE_SERVICE_HANGS, 3",
        "DATA_RETRIEVAL_SERVICE_HANGS, 3",
        "REDIS_MASTER_KILLED, 8",
        "REDIS_KILLED, 3",
        "ROLLING_RESTART, 0",
    })
    void noReadFails_whatever(Fault fault, int seconds) throws SQLException {
        Outcome outcome = of(fault, seconds);
        assertThat(outcome.failed()).as(outcome.toString()).isEmpty();
        assertThat(outcome.shed()).as(outcome.toString()).isZero();
    }

    /** Longer than the bound of staleness, past which what is cached is served marked. */
    @Test
    void postgres_stoppedForAWhile() throws SQLException {
        Outcome outcome = of(Fault.POSTGRES_STOPPED, 7);
        assertThat(outcome.failed()).as(outcome.toString()).isEmpty();
        assertThat(outcome.quietFailed()).as(outcome.toString()).isZero();
        assertThat(outcome.staleIfError()).as(outcome.toString()).isPositive();
    }

    /**
     * The crash makes what was cached before it void, so all depends on being served again soon.
     */
    @Test
    void postgres_killed() throws SQLException {
        Outcome outcome = of(Fault.POSTGRES_KILLED, 3);
        assertThat(outcome.failed()).as(outcome.toString()).isEmpty();
        // A read that comes as its breaker opens; not the seconds that a pool would sleep for.
        assertThat(outcome.shed()).as(outcome.toString()).isLessThan(READS_PER_SECOND);
    }
}

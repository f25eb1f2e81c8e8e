package dev.tidemark.retrieval.problem;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.common.problem.Problem;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SqlProblemsTest {

    @ParameterizedTest
    @CsvSource({
        "57014, 504, 57014",
        "08006, 503, PGRST001",
        "57P01, 503, PGRST001",
        "53300, 503, PGRST001",
        "28P01, 503, PGRST001",
        "40001, 503, 40001",
        "22P02, 400, 22P02",
        "2201B, 400, 2201B",
        "23514, 400, 23514",
        "42883, 400, 42883",
        "54001, 400, 54001",
        "42501, 403, 42501",
        "42P01, 404, PGRST205",
        "42703, 400, 42703",
        "XX000, 500, TM500",
    })
    void sqlState_becomesAProblem(String state, int status, String code) {
        Problem problem = SqlProblems.of(new SQLException("message", state));

        assertThat(problem.status()).isEqualTo(status);
        assertThat(problem.code()).isEqualTo(code);
        assertThat(problem.retryAfter().isPresent()).isEqualTo(status == 503);
    }

    @Test
    void internalFailure_tellsNothing() {
        assertThat(SqlProblems.of(new SQLException("secret", "XX000")).message())
                .doesNotContain("secret");
        assertThat(SqlProblems.of(new SQLException("secret", "08001")).message())
                .doesNotContain("secret");
        assertThat(SqlProblems.of(new SQLTransientConnectionException("secret")).status())
                .isEqualTo(503);
    }

    @Test
    void wrongConfiguration_isOneLineWithoutTheValue() {
        var analysis =
                new ConfigurationFailureAnalyzer()
                        .analyze(
                                new IllegalStateException(
                                        "Value: postgresql://u:secret@h/d",
                                        new InvalidConfigurationException("x is missing")));

        assertThat(analysis).isNotNull();
        assertThat(Objects.requireNonNull(analysis).getDescription()).isEqualTo("x is missing");
    }
}

package dev.tidemark.retrieval.write;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.common.problem.Problem;
import dev.tidemark.retrieval.write.WriteProblems.Details;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

class WriteProblemsTest {

    @ParameterizedTest
    @CsvSource({
        "23505, 409, 23505",
        "23503, 409, 23503",
        "23P01, 409, 23P01",
        "23502, 400, 23502",
        "23514, 400, 23514",
        "22001, 400, 22001",
        "44000, 400, 44000",
        "21000, 400, 21000",
        "55000, 400, 55000",
        "0A000, 400, 0A000",
        "P0001, 400, P0001",
        "42501, 403, 42501",
        "40P01, 503, 40P01",
        "40001, 503, 40001",
        "53100, 503, 53100",
        "25006, 503, 25006",
        "57014, 504, 57014",
        "08006, 503, PGRST001",
        "57P01, 503, PGRST001",
        "XX000, 500, TM500",
    })
    void refusal_hasItsStatusAndCode(String state, int status, String code) {
        Problem problem = WriteProblems.of(new SQLException("words", state), Details.ALL);

        assertThat(problem.status()).isEqualTo(status);
        assertThat(problem.code()).isEqualTo(code);
        assertThat(problem.retryAfter().isPresent()).isEqualTo(status == 503);
    }

    @Test
    void details_canBeSwitchedOff() {
        PSQLException failure =
                new PSQLException(
                        new ServerErrorMessage(
                                "SERROR\0C23505\0Mduplicate key\0DKey (name)=(Ann) exists.\0"
                                        + "Htry another\0\0"));

        assertThat(WriteProblems.of(failure, Details.ALL).details())
                .contains("Key (name)=(Ann) exists.");
        assertThat(WriteProblems.of(failure, Details.KEYS).details()).isPresent();
        Problem without = WriteProblems.of(failure, Details.NONE);
        assertThat(without.details()).isEmpty();
        assertThat(without.hint()).contains("try another");
        assertThat(without.message()).isEqualTo("duplicate key");
    }

    @Test
    void wholeRows_areQuotedOnlyWhereNothingIsHidden() {
        PSQLException failure =
                new PSQLException(
                        new ServerErrorMessage(
                                "SERROR\0C23502\0Mnull value\0DFailing row contains (1, x).\0\0"));

        assertThat(WriteProblems.of(failure, Details.ALL).details()).isPresent();
        assertThat(WriteProblems.of(failure, Details.KEYS).details()).isEmpty();
    }

    /** An error of the server's own is the end of any doubt; a lost connection never is. */
    @ParameterizedTest
    @CsvSource({
        "08006, true", "08003, true", "57P01, true", "57P02, true", "'', true",
        "23505, false", "40001, false", "57014, false", "P0001, false", "25P03, false",
    })
    void commitsOutcome_isUnknownOnlyIfTheServerHasNotSaid(String state, boolean unknown) {
        assertThat(WriteTransaction.isOutcomeUnknown(new SQLException("words", state)))
                .isEqualTo(unknown);
    }
}

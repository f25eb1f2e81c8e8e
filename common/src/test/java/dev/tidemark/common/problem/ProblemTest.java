package dev.tidemark.common.problem;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ProblemTest {

    @Test
    void document_hasTheMembersOfRfc9457AndOfPostgrest() {
        Problem problem =
                Problem.of(ProblemType.UNKNOWN_TABLE, "the table 'flim' does not exist")
                        .withHint("did you mean 'film'?");

        assertThat(new String(problem.json(), StandardCharsets.UTF_8))
                .isEqualTo(
                        """
                        {"type":"urn:tidemark:problem:unknown-table","title":"No such table",\
                        "status":404,"detail":"the table 'flim' does not exist","code":"PGRST205",\
                        "message":"the table 'flim' does not exist","details":null,\
                        "hint":"did you mean 'film'?"}\
                        """);
    }

    @Test
    void whateverAClientSent_isEscaped() {
        Problem problem =
                Problem.of(ProblemType.BAD_REQUEST, "\"\\\n\r\t\u0000\u007f</script>\ud800é😀");

        assertThat(new String(problem.json(), StandardCharsets.UTF_8))
                .contains("\\\"\\\\\\n\\r\\t\\u0000\\u007f</script>\\ud800é😀");
    }

    @Test
    void every503_saysWhenToComeBack() {
        assertThat(
                        Arrays.stream(ProblemType.values())
                                .filter(type -> type.status() == 503)
                                .map(type -> Problem.of(type, "").retryAfter()))
                .isNotEmpty()
                .allMatch(retryAfter -> retryAfter.orElseThrow().isPositive());
        assertThat(
                        Problem.of(ProblemType.OVERLOADED, "")
                                .withRetryAfter(Duration.ofSeconds(7))
                                .retryAfter())
                .contains(Duration.ofSeconds(7));
    }
}

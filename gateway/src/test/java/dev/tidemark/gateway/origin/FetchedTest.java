package dev.tidemark.gateway.origin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.common.problem.Problem;
import dev.tidemark.common.problem.ProblemType;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FetchedTest {

    /** What opens a breaker: not what one request, one relation or a full lane is to blame for. */
    @ParameterizedTest
    @EnumSource(ProblemType.class)
    void breakdown_isWhatFailsForAllRequests(ProblemType type) {
        Problem problem = Problem.of(type, "message");
        Fetched.Refused refused = new Fetched.Refused(problem.status(), List.of(), problem.json());

        assertThat(refused.isFailure()).isEqualTo(type.status() >= 500);
        assertThat(refused.isBreakdown()).isEqualTo(type == ProblemType.ORIGIN_UNAVAILABLE);
    }
}

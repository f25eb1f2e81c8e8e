package dev.tidemark.retrieval.write;

import dev.tidemark.common.problem.Problem;
import dev.tidemark.common.problem.ProblemType;
import dev.tidemark.retrieval.problem.SqlProblems;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What PostgreSQL's refusal of a write means to its client (PostgreSQL documentation, appendix A).
 * Each of them has rolled back.
 */
final class WriteProblems {

    private static final Logger log = LoggerFactory.getLogger(WriteProblems.class);

    /** Not null, check, and a view's check option: their details are the whole row. */
    private static final Set<String> QUOTING_ROWS = Set.of("23502", "23514", "44000");

    private WriteProblems() {}

    /** How much of PostgreSQL's details may be repeated. */
    enum Details {
        NONE,
        /** Keys, but not whole rows: those have hidden columns too. */
        KEYS,
        ALL
    }

    /**
     * The problem that tells of this failure.
     *
     * @param allowed which details it may quote
     */
    static Problem of(SQLException failure, Details allowed) {
        if (SqlProblems.isUnreachable(failure)) {
            return Problem.of(
                            ProblemType.ORIGIN_UNAVAILABLE,
                            "the database cannot be reached at the moment")
                    .withHint("nothing was written");
        }
        String state = SqlProblems.state(failure);
        Problem problem = Problem.of(type(failure, state), message(failure, state));
        if (problem.type() == ProblemType.INTERNAL) {
            log.error("A write failed with SQLSTATE {}", state, failure);
            return problem;
        }
        if (!state.isEmpty()) {
            problem = problem.withCode(state);
        }
        boolean mayQuote =
                allowed == Details.ALL
                        || (allowed == Details.KEYS && !QUOTING_ROWS.contains(state));
        Optional<String> details =
                mayQuote ? SqlProblems.details(failure) : Optional.<String>empty();
        if (details.isPresent()) {
            problem = problem.withDetails(details.get());
        }
        Optional<String> hint = SqlProblems.hint(failure);
        return hint.isPresent() ? problem.withHint(hint.get()) : problem;
    }

    private static ProblemType type(SQLException failure, String state) {
        return switch (state) {
            // unique_violation, foreign_key_violation, exclusion_violation
            case "23505", "23503", "23P01" -> ProblemType.CONFLICT;
            case "57014" -> ProblemType.TIMEOUT;
            // serialization_failure, deadlock_detected, lock_not_available
            case "40001", "40P01", "55P03" -> ProblemType.OVERLOADED;
            case "25006" -> ProblemType.ORIGIN_UNAVAILABLE;
            case "42501" -> ProblemType.FORBIDDEN;
            case "42P01", "3F000" -> ProblemType.UNKNOWN_TABLE;
            case "42703" -> ProblemType.UNKNOWN_COLUMN;
            default -> typeOfClass(failure, state);
        };
    }

    private static ProblemType typeOfClass(SQLException failure, String state) {
        if (SqlProblems.isBadValue(failure) || state.startsWith("23")) {
            return ProblemType.BAD_VALUE;
        }
        String stateClass = state.length() < 2 ? "" : state.substring(0, 2);
        return switch (stateClass) {
            case "53" -> ProblemType.OVERLOADED;
            // What the table, the view, its rules, its check option or its triggers refuse.
            case "0A", "21", "42", "44", "54", "55", "P0" -> ProblemType.BAD_REQUEST;
            default -> ProblemType.INTERNAL;
        };
    }

    private static String message(SQLException failure, String state) {
        return switch (state) {
            case "57014" -> "the write took longer than it may and was rolled back";
            case "40001", "40P01", "55P03" ->
                    "the database rolled the write back: " + SqlProblems.message(failure);
            default ->
                    type(failure, state) == ProblemType.INTERNAL
                            ? "the write failed"
                            : SqlProblems.message(failure);
        };
    }
}

package dev.tidemark.retrieval.problem;

import dev.tidemark.common.problem.Problem;
import dev.tidemark.common.problem.ProblemType;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Optional;
import java.util.Set;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What PostgreSQL's errors mean to a client (PostgreSQL documentation, appendix A). */
public final class SqlProblems {

    private static final Logger log = LoggerFactory.getLogger(SqlProblems.class);

    /** What a catalogue that is out of date, or a cached plan, leads to. */
    private static final Set<String> OUTDATED =
            Set.of("0A000", "3F000", "42501", "42703", "42704", "42804", "42883", "42P01");

    private SqlProblems() {}

    /** Whether it may work once the catalogue has been read again. */
    public static boolean isOutdated(SQLException failure) {
        return OUTDATED.contains(state(failure));
    }

    /** Whether a value may be to blame (data exceptions, and a domain's check). */
    public static boolean isBadValue(SQLException failure) {
        String state = state(failure);
        return state.startsWith("22") || state.equals("23514") || state.equals("42601");
    }

    public static String state(SQLException failure) {
        String state = failure.getSQLState();
        return state == null ? "" : state;
    }

    /** PostgreSQL's own words, without its prefix and position. */
    public static String message(SQLException failure) {
        return server(failure)
                .map(ServerErrorMessage::getMessage)
                .orElseGet(() -> String.valueOf(failure.getMessage()));
    }

    /** What PostgreSQL says beside its message; it may quote values. */
    public static Optional<String> details(SQLException failure) {
        return server(failure).map(ServerErrorMessage::getDetail);
    }

    /** What PostgreSQL advises. */
    public static Optional<String> hint(SQLException failure) {
        return server(failure).map(ServerErrorMessage::getHint);
    }

    private static Optional<ServerErrorMessage> server(SQLException failure) {
        return failure instanceof PSQLException thrown
                ? Optional.ofNullable(thrown.getServerErrorMessage())
                : Optional.empty();
    }

    /** Whether the database, or the connection to it, is gone. */
    public static boolean isUnreachable(SQLException failure) {
        return isUnreachable(failure, state(failure));
    }

    /** Whether the database has more to do than it can: it took too long, or lacked means. */
    public static boolean isOverload(SQLException failure) {
        String state = state(failure);
        return state.equals("57014") || state.startsWith("53");
    }

    /** Whether somebody's lock was waited for in vain. */
    public static boolean isLocked(SQLException failure) {
        return state(failure).equals("55P03");
    }

    /** The problem that tells of this failure. */
    public static Problem of(SQLException failure) {
        String state = state(failure);
        if (isUnreachable(failure, state)) {
            return Problem.of(
                    ProblemType.ORIGIN_UNAVAILABLE, "the database cannot be reached at the moment");
        }
        String message = message(failure);
        if (isBadValue(failure)) {
            return Problem.of(ProblemType.BAD_VALUE, message).withCode(state);
        }
        return switch (state) {
            case "57014" ->
                    Problem.of(
                                    ProblemType.TIMEOUT,
                                    "the read took longer than it may and was cancelled")
                            .withHint("ask for fewer rows, or filter by an indexed column");
            case "55P03" ->
                    Problem.of(
                                    ProblemType.OVERLOADED,
                                    "what is read is locked by another session of the database")
                            .withHint("try again after a moment")
                            .withCode(state);
            case "53200", "53400", "40001", "40P01" ->
                    Problem.of(ProblemType.OVERLOADED, "the database refused the read: " + message)
                            .withCode(state);
            case "42P01", "3F000" -> Problem.of(ProblemType.UNKNOWN_TABLE, message);
            case "42703" -> Problem.of(ProblemType.UNKNOWN_COLUMN, message);
            case "42501" -> Problem.of(ProblemType.FORBIDDEN, message);
            case "42883", "42804", "42846", "42704", "42P18", "42725", "42P22" ->
                    Problem.of(ProblemType.BAD_REQUEST, message).withCode(state);
            case "55000" -> Problem.of(ProblemType.UNREADABLE, message);
            case "P0001" -> Problem.of(ProblemType.BAD_REQUEST, message).withCode(state);
            default -> {
                if (state.startsWith("54")) {
                    yield Problem.of(ProblemType.BAD_REQUEST, message).withCode(state);
                }
                log.error("A read failed with SQLSTATE {}", state, failure);
                yield Problem.of(ProblemType.INTERNAL, "the read failed");
            }
        };
    }

    private static boolean isUnreachable(SQLException failure, String state) {
        return failure instanceof SQLTransientConnectionException
                || state.startsWith("08")
                || state.startsWith("28")
                || state.startsWith("57P")
                || state.equals("3D000")
                || state.equals("53300")
                || state.equals("25P03");
    }
}

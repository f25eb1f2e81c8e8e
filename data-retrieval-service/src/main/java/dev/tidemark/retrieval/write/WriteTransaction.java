package dev.tidemark.retrieval.write;

import dev.tidemark.common.problem.Problem;
import dev.tidemark.common.problem.ProblemType;
import dev.tidemark.common.tag.Lsn;
import dev.tidemark.retrieval.database.Deadline;
import dev.tidemark.retrieval.problem.ProblemException;
import dev.tidemark.retrieval.problem.SqlProblems;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import javax.sql.DataSource;
import org.postgresql.jdbc.PgStatement;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One transaction that writes, on a connection of the pool, whose own are read-only. Closing it
 * without a commit rolls it back.
 *
 * <p>Whatever fails before COMMIT is sent has written nothing. What fails after, without the
 * server's word that it has rolled back, may have: that is told apart here and nowhere else.
 */
final class WriteTransaction implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(WriteTransaction.class);

    /** So that the server's own limit is met first, which leaves no doubt. */
    private static final Duration NETWORK_MARGIN = Duration.ofMillis(500);

    private final Connection connection;
    private final Deadline deadline;
    private boolean committed;

    private WriteTransaction(Connection connection, Deadline deadline) {
        this.connection = connection;
        this.deadline = deadline;
    }

    static WriteTransaction begin(DataSource database, Deadline deadline) throws SQLException {
        requireTime(deadline);
        Connection connection = database.getConnection();
        WriteTransaction transaction = new WriteTransaction(connection, deadline);
        try {
            connection.setAutoCommit(false);
            transaction.makeWritable();
            return transaction;
        } catch (SQLException | RuntimeException e) {
            transaction.close();
            throw e;
        }
    }

    /**
     * Read committed: an update of a row that another has just changed looks at it again, the
     * condition of {@code If-Match} included, where repeatable read would fail.
     */
    private void makeWritable() throws SQLException {
        long timeout = Math.max(1, deadline.left().toMillis());
        boundNetwork();
        try (Statement statement = connection.createStatement()) {
            statement.execute(
                    "SET TRANSACTION ISOLATION LEVEL READ COMMITTED, READ WRITE;"
                            // It waits for rows that others write, as long as it may.
                            + " SET LOCAL lock_timeout = 0;"
                            + " SET LOCAL statement_timeout = "
                            + timeout
                            + "; SET LOCAL idle_in_transaction_session_timeout = "
                            + (timeout + NETWORK_MARGIN.toMillis()));
        } catch (SQLException e) {
            if (SqlProblems.state(e).equals("0A000")) {
                throw new ProblemException(
                        Problem.of(
                                        ProblemType.ORIGIN_UNAVAILABLE,
                                        "the database is a standby, which takes no writes")
                                .withCode("25006"));
            }
            throw e;
        }
    }

    /** A server that is gone without a word is not waited for beyond the deadline. */
    private void boundNetwork() throws SQLException {
        long millis = Math.max(1, deadline.left().plus(NETWORK_MARGIN).toMillis());
        connection.setNetworkTimeout(Runnable::run, (int) Math.min(millis, Integer.MAX_VALUE));
    }

    /** A statement of this transaction, to be closed by the caller. */
    PreparedStatement prepare(String sql, List<?> parameters) throws SQLException {
        requireTime(deadline);
        PreparedStatement statement = connection.prepareStatement(sql);
        for (int i = 0; i < parameters.size(); i++) {
            statement.setObject(i + 1, parameters.get(i));
        }
        PgStatement driver = statement.unwrap(PgStatement.class);
        driver.setQueryTimeoutMs(Math.max(1, deadline.left().toMillis()));
        // Planned each time: a plan kept over a change of the table would fail the write.
        driver.setPrepareThreshold(0);
        return statement;
    }

    /**
     * Commits.
     *
     * @throws SQLException if the database says that it has rolled back
     * @throws ProblemException 504 if nobody can say whether it has
     */
    void commit() throws SQLException {
        requireTime(deadline);
        boundNetwork();
        try {
            connection.commit();
            committed = true;
        } catch (SQLException e) {
            if (isOutcomeUnknown(e)) {
                log.warn("The outcome of a commit is not known: {}", SqlProblems.message(e));
                throw new ProblemException(
                        Problem.of(
                                        ProblemType.OUTCOME_UNKNOWN,
                                        "the connection was lost while the write was committed:"
                                                + " it may have been done, or not")
                                .withHint(UNKNOWN_HINT));
            }
            throw e;
        }
    }

    static final String UNKNOWN_HINT =
            "repeat it with the Idempotency-Key that it had; without one, look first, and send one"
                    + " with the next";

    /**
     * An error of the server's own is the end of the transaction, and of any doubt. A server that
     * goes down says so, but not whether it went down before or after the commit.
     */
    static boolean isOutcomeUnknown(SQLException failure) {
        String state = SqlProblems.state(failure);
        return state.isEmpty() || state.startsWith("08") || state.startsWith("57P");
    }

    /** A position in the log that is not before the commit; unknown if it cannot be asked. */
    Lsn position() {
        try {
            connection.setAutoCommit(true);
            try (PreparedStatement statement =
                            connection.prepareStatement(
                                    "SELECT pg_current_wal_insert_lsn()::pg_catalog.text");
                    ResultSet row = statement.executeQuery()) {
                row.next();
                return Lsn.parse(row.getString(1));
            }
        } catch (SQLException e) {
            // The write is done all the same.
            log.warn("The position of a commit is not known: {}", SqlProblems.message(e));
            return Lsn.UNKNOWN;
        }
    }

    private static void requireTime(Deadline deadline) {
        if (!deadline.left().isPositive()) {
            throw ProblemException.of(
                    ProblemType.TIMEOUT, "the write took longer than it may and was rolled back");
        }
    }

    @Override
    public void close() throws SQLException {
        try (connection) {
            if (!committed && !connection.isClosed() && !connection.getAutoCommit()) {
                connection.rollback();
            }
        } catch (SQLException e) {
            // A connection that is lost has rolled back, or is told of by whoever lost it.
            log.debug("A write's connection could not be given back in order", e);
        }
    }
}

package dev.tidemark.retrieval.read;

import dev.tidemark.common.problem.ProblemType;
import dev.tidemark.retrieval.database.Deadline;
import dev.tidemark.retrieval.database.Lane;
import dev.tidemark.retrieval.problem.ProblemException;
import dev.tidemark.retrieval.problem.SqlProblems;
import dev.tidemark.retrieval.query.TableQuery;
import io.micrometer.core.instrument.Counter;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.jdbc.PgStatement;

/**
 * A running statement: its place in a lane, its connection and the row it stands at. Closing gives
 * all of it back.
 *
 * <p>One row is read in autocommit, in a single round trip. Many are read in a transaction, from a
 * cursor that holds about {@link #BATCH_BYTES} at a time, however large a row is.
 */
final class Cursor implements AutoCloseable {

    private static final int BATCH_BYTES = 512 * 1024;

    /** Before anything is known of the rows' size. */
    private static final int FIRST_BATCH_ROWS = 128;

    private static final int BATCH_ROWS_MAX = 2_000;

    private final TableQuery query;
    private final Connection connection;
    private final PreparedStatement statement;
    private final ResultSet rows;
    private final Snapshot snapshot;
    private final int jsonColumn;
    private Lane.Permit permit;
    private Deadline deadline;
    private boolean first = true;
    private long readRows;
    private long readBytes;

    private Cursor(
            TableQuery query,
            Connection connection,
            PreparedStatement statement,
            ResultSet rows,
            Lane.Permit permit,
            Deadline deadline)
            throws SQLException {
        this.query = query;
        this.connection = connection;
        this.statement = statement;
        this.rows = rows;
        this.permit = permit;
        this.deadline = deadline;
        if (!rows.next()) {
            throw new SQLException("the statement has no row, not even the snapshot's", "XX000");
        }
        snapshot = Snapshot.of(rows, query);
        jsonColumn = rows.findColumn("json");
    }

    /**
     * Waits for a place in the lane and runs the statement.
     *
     * @param queries counts what reaches PostgreSQL
     * @throws ProblemException if the lane is full or the deadline over
     */
    static Cursor open(
            DataSource database,
            Lane lane,
            TableQuery query,
            Deadline readerDeadline,
            Counter queries)
            throws SQLException {
        Lane.Permit permit = lane.enter(query.table().name().toString(), readerDeadline);
        return open(database, permit, query, readerDeadline.within(lane.timeout()), queries);
    }

    /**
     * Runs the statement in a place that is had already, and gives it back.
     *
     * @throws ProblemException if the deadline is over
     */
    static Cursor open(
            DataSource database,
            Lane.Permit permit,
            TableQuery query,
            Deadline deadline,
            Counter queries)
            throws SQLException {
        @Nullable Connection connection = null;
        try {
            requireTime(deadline);
            connection = database.getConnection();
            if (!query.oneRow()) {
                connection.setAutoCommit(false);
            }
            PreparedStatement statement =
                    prepare(connection, query.sql(), query.parameters(), deadline.left());
            if (!query.oneRow()) {
                statement.setFetchSize(FIRST_BATCH_ROWS);
            }
            queries.increment();
            return new Cursor(
                    query, connection, statement, statement.executeQuery(), permit, deadline);
        } catch (Throwable e) {
            tell(permit, e);
            try (permit) {
                if (connection != null) {
                    giveBack(connection);
                }
            }
            throw e;
        }
    }

    /** Says why a statement came to nothing. */
    static void tell(Lane.Permit permit, Throwable why) {
        if (why instanceof SQLException failure && SqlProblems.isLocked(failure)) {
            permit.locked();
        } else if (why instanceof SQLException failure && SqlProblems.isOverload(failure)) {
            permit.overloaded();
        } else {
            permit.failed();
        }
    }

    /** A statement that is given up after a time. */
    static PreparedStatement prepare(
            Connection connection, String sql, List<Object> parameters, Duration timeout)
            throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        for (int i = 0; i < parameters.size(); i++) {
            statement.setObject(i + 1, parameters.get(i));
        }
        // A timer of the driver, which costs no round trip as SET statement_timeout would.
        statement.unwrap(PgStatement.class).setQueryTimeoutMs(Math.max(1, timeout.toMillis()));
        return statement;
    }

    TableQuery query() {
        return query;
    }

    Snapshot snapshot() {
        return snapshot;
    }

    /** The next row as JSON in UTF-8; null after the last. */
    byte @Nullable [] next() throws SQLException {
        if (first) {
            first = false; // where the snapshot was read from
        } else if (!advance()) {
            return null;
        }
        byte[] json = rows.getBytes(jsonColumn);
        if (json != null) {
            readRows++;
            readBytes += json.length;
        }
        return json;
    }

    private boolean advance() throws SQLException {
        if (!query.oneRow()) {
            requireTime(deadline);
            long rowBytes = Math.max(1, readBytes / Math.max(1, readRows));
            rows.setFetchSize(Math.clamp(BATCH_BYTES / rowBytes, 1, BATCH_ROWS_MAX));
        }
        return rows.next();
    }

    /** The hash of the row that was read last; for a query of one row. */
    String rowHash() throws SQLException {
        return rows.getString("hash");
    }

    /** The parts of its key; empty unless the query is {@link TableQuery.Keyed#FOUND}. */
    List<String> rowKey() throws SQLException {
        List<String> parts = new ArrayList<>();
        if (query.keyed() != TableQuery.Keyed.FOUND) {
            return parts;
        }
        for (int i = 1; i <= query.table().primaryKey().size(); i++) {
            parts.add(rows.getString("key" + i));
        }
        return parts;
    }

    /** Runs a second statement, of one number, in the same snapshot. */
    long number(TableQuery other) throws SQLException {
        try (PreparedStatement counting =
                        prepare(connection, other.sql(), other.parameters(), deadline.left());
                ResultSet row = counting.executeQuery()) {
            row.next();
            return row.getLong(1);
        }
    }

    /** Leaves its lane for another, with that one's time. */
    void moveTo(Lane lane) {
        Lane.Permit next = lane.enter(deadline);
        permit.close();
        permit = next;
        deadline = Deadline.after(lane.timeout());
    }

    private static void requireTime(Deadline deadline) {
        if (!deadline.left().isPositive()) {
            throw tooLate();
        }
    }

    static ProblemException tooLate() {
        return ProblemException.of(
                ProblemType.TIMEOUT, "the read took longer than it may and was given up");
    }

    @Override
    public void close() throws SQLException {
        try (Lane.Permit last = permit) {
            // An unfinished cursor goes with its transaction: no more rows are fetched.
            if (query.oneRow()) {
                statement.close();
            }
            giveBack(connection);
        }
    }

    private static void giveBack(Connection connection) throws SQLException {
        try (connection) {
            if (!connection.isClosed() && !connection.getAutoCommit()) {
                connection.rollback();
            }
        }
    }
}

package dev.tidemark.retrieval.database;

import dev.tidemark.retrieval.problem.SqlProblems;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;
import org.springframework.jdbc.datasource.SimpleDriverDataSource;

/**
 * Makes the pool's connections, and goes on trying where there is no database. The pool would too,
 * but pauses for twice as long each time, up to 5 s: for so long nobody would be served by a
 * database that is back. Those who wait for the pool give up by their own deadline.
 */
final class PatientDataSource extends SimpleDriverDataSource implements AutoCloseable {

    /** Seldom enough for a database that is busy with its recovery. */
    private static final Duration PAUSE = Duration.ofMillis(200);

    /** The SQLSTATE of the failure that the pool was told last; none while all is well. */
    private volatile @Nullable String told;

    private final CountDownLatch closed = new CountDownLatch(1);

    PatientDataSource(DatabaseUrl address, Properties properties) {
        super(new Driver(), address.jdbcUrl(), properties);
    }

    /** Throws each kind of failure once, so that the pool has something to say of it. */
    @Override
    protected Connection getConnectionFromDriver(Properties properties) throws SQLException {
        while (true) {
            try {
                Connection connection = super.getConnectionFromDriver(properties);
                told = null;
                return connection;
            } catch (SQLException failure) {
                String state = SqlProblems.state(failure);
                if (!state.equals(told)) {
                    told = state;
                    throw failure;
                }
                pauseOrThrow(failure);
            }
        }
    }

    private void pauseOrThrow(SQLException failure) throws SQLException {
        try {
            if (closed.await(PAUSE.toNanos(), TimeUnit.NANOSECONDS)) {
                throw failure;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failure;
        }
    }

    /** Ends the attempts that are under way. */
    @Override
    public void close() {
        closed.countDown();
    }

    /** The pool asks for it; how long a connection may take is in the properties. */
    @Override
    public void setLoginTimeout(int seconds) {}
}

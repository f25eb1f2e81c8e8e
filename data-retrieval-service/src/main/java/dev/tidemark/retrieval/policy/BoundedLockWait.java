package dev.tidemark.retrieval.policy;

import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.callback.BaseCallback;
import org.flywaydb.core.api.callback.Context;
import org.flywaydb.core.api.callback.Event;

/**
 * Has each step of a migration give up soon when it waits for a lock: whoever waits for an
 * exclusive one makes all others wait behind it, those too that the holder of the lock may wait for
 * over another connection, which PostgreSQL's search for deadlocks does not see.
 */
final class BoundedLockWait extends BaseCallback {

    private final Duration atMost;

    BoundedLockWait(Duration atMost) {
        this.atMost = atMost;
    }

    @Override
    public boolean supports(Event event, Context context) {
        return event == Event.BEFORE_EACH_MIGRATE;
    }

    /** For the step's own transaction only: behind a pooler others will have the connection. */
    @Override
    public void handle(Event event, Context context) {
        try (Statement statement = context.getConnection().createStatement()) {
            statement.execute("SET LOCAL lock_timeout = " + atMost.toMillis());
        } catch (SQLException e) {
            throw new FlywayException("the wait for locks cannot be bounded", e);
        }
    }
}

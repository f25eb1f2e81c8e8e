package dev.tidemark.retrieval.change;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.UUID;

/**
 * Which tables are captured: brings the publication and {@code tidemark.followed} up to date with
 * the schema.
 *
 * <p>The publication exists already; its name is {@code tidemark.change.publication}.
 */
@FunctionalInterface
public interface FollowedTables {

    /**
     * Adds to the publication what can be followed and is not yet in it, and takes out what no
     * longer can. Called when a session begins, before its first heartbeat; then every second,
     * sooner while there is more to come, and at once when the schema has changed; never twice at a
     * time.
     *
     * @param connection in autocommit mode, and to be left so; used for nothing else
     * @param reader of the session: writes count only while {@code tidemark.incarnation.reader} is
     *     this
     * @return whether this was all; if not, it waits for the schema to be read
     * @throws SQLException if the session cannot go on: it ends, and another one begins
     */
    boolean bring(Connection connection, UUID reader) throws SQLException;
}

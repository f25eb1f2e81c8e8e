package dev.tidemark.retrieval.query;

import dev.tidemark.common.tag.Lsn;
import dev.tidemark.common.tag.Version;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;

/**
 * What only the primary can say of a snapshot, for answers that a replica reads beside.
 *
 * <p>An answer that claims the lower of both versions claims no more than both snapshots together
 * can prove: whatever changes the policies, the announcements or the incarnation after this was
 * read has a number at or above this version.
 *
 * @param version of the snapshot in which these were read
 * @param written the end of the write-ahead log: what can be seen is before it
 * @param incarnation of the database, of which the log tells
 * @param policies the generation of cache policies
 */
public record PrimaryFacts(Version version, Lsn written, long incarnation, long policies) {

    /**
     * Reads them; empty where the log tells nothing of this run of the server.
     *
     * @param connection to the primary
     */
    public static Optional<PrimaryFacts> read(Connection connection, Duration timeout)
            throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.setQueryTimeout(Math.max(1, (int) timeout.toSeconds()));
            try (ResultSet row = statement.executeQuery(SnapshotSql.FACTS)) {
                return row.next()
                        ? Optional.of(
                                new PrimaryFacts(
                                        new Version(Long.parseLong(row.getString("version"))),
                                        Lsn.parse(row.getString("lsn")),
                                        row.getLong("incarnation"),
                                        row.getLong("policies")))
                        : Optional.empty();
            }
        }
    }
}

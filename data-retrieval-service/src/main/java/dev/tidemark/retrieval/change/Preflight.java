package dev.tidemark.retrieval.change;

import dev.tidemark.retrieval.change.UnavailableException.Reason;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;

/** Whether changes can be captured from this database at all, and what to do if not. */
final class Preflight {

    private static final String HAS_PUBLICATION = "SELECT FROM pg_publication WHERE pubname = ?";

    private final String publication;

    Preflight(String publication) {
        this.publication = publication;
    }

    /** Checks, and makes the publication, still empty, if there is none. */
    void pass(Connection connection) throws SQLException, UnavailableException {
        Optional<CaptureFacts.Obstacle> obstacle = CaptureFacts.read(connection).obstacle();
        if (obstacle.isPresent()) {
            throw new UnavailableException(obstacle.get().reason(), obstacle.get().message());
        }
        try (var statement = connection.prepareStatement(HAS_PUBLICATION)) {
            statement.setString(1, publication);
            try (ResultSet row = statement.executeQuery()) {
                if (row.next()) {
                    return;
                }
            }
        }
        // Before the slot: decoding fails where the publication did not exist at the time.
        try (Statement statement = connection.createStatement()) {
            statement.execute(
                    "CREATE PUBLICATION \""
                            + publication
                            + "\" WITH (publish_via_partition_root = true)");
        } catch (SQLException e) {
            switch (String.valueOf(e.getSQLState())) {
                case "42710", "23505" -> {} // another instance was faster
                case "42501" ->
                        throw new UnavailableException(
                                Reason.PRIVILEGE,
                                "the role may not create the publication '"
                                        + publication
                                        + "': grant it CREATE on the database, or create the"
                                        + " publication WITH (publish_via_partition_root = true)");
                default -> throw e;
            }
        }
    }
}

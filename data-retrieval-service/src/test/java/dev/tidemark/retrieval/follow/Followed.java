package dev.tidemark.retrieval.follow;

import dev.tidemark.retrieval.Service;
import dev.tidemark.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/** A service whose publication is looked after by the test, in place of a slot's reader. */
final class Followed {

    /** Zero bytes are escaped, the prefix ends with one; the content's length has four bytes. */
    private static final Pattern MESSAGE =
            Pattern.compile("M.*(tidemark\\.\\w+)\\\\000(?:\\\\000){3}.(.*)", Pattern.DOTALL);

    private final Service service;
    private final TestDatabase database;

    /**
     * @param database for the role that looks after the publication
     */
    Followed(Service service, TestDatabase database) {
        this.service = service;
        this.database = database;
    }

    /** What the reader does every second. */
    void bring() throws SQLException {
        UUID reader =
                UUID.fromString(
                        database.queryText(
                                """
                                UPDATE tidemark.incarnation SET reader = coalesce(reader, gen_random_uuid()),
                                  server_started = pg_postmaster_start_time()
                                RETURNING reader
                                """));
        try (Connection connection = database.connect()) {
            service.bean(PublicationUpkeep.class).bring(connection, reader);
        }
    }

    /** Until what is asked for is followed. */
    void awaitFollowed(String target) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(15))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> {
                    bring();
                    return isFollowed(target);
                });
    }

    boolean isFollowed(String target) {
        return service.get(target).internal().followed();
    }

    /** What messages a slot of this name has got since it was last asked, prefix and content. */
    String messages(String slot) {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement();
                var rows =
                        statement.executeQuery(
                                """
                                SELECT encode(data, 'escape') FROM pg_logical_slot_get_binary_changes(
                                  '%s', NULL, NULL, 'proto_version', '1',
                                  'publication_names', 'tidemark', 'messages', 'true')
                                """
                                        .formatted(slot))) {
            StringBuilder messages = new StringBuilder();
            while (rows.next()) {
                Matcher message = MESSAGE.matcher(rows.getString(1));
                if (message.matches()) {
                    messages.append(message.group(1))
                            .append(' ')
                            .append(message.group(2))
                            .append('\n');
                }
            }
            return messages.toString();
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }
}

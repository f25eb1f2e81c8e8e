package dev.tidemark.retrieval.policy;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes and changes Tidemark's own schema, once the database is there. */
final class Migration {

    private static final Logger log = LoggerFactory.getLogger(Migration.class);

    /** A lock was not to be had, a deadlock, another instance made the same at the same time. */
    private static final Set<String> IN_THE_WAY = Set.of("55P03", "40P01", "23505", "42P06");

    private final Flyway flyway;

    /** What came of an attempt. */
    enum Outcome {
        DONE,
        /** The role may not, or the database is a standby: nothing to try again. */
        REFUSED,
        /** The database is not there, or somebody is in the way: to be tried again. */
        NOT_YET
    }

    Migration(Flyway flyway) {
        this.flyway = flyway;
    }

    Outcome attempt() {
        try {
            makeSchema();
            flyway.migrate();
            return Outcome.DONE;
        } catch (SQLException | FlywayException e) {
            SQLException cause = sqlException(e);
            String state = cause == null ? null : cause.getSQLState();
            if (cause != null && (state == null || isUnreachable(state))) {
                return Outcome.NOT_YET;
            }
            if (state != null && IN_THE_WAY.contains(state)) {
                log.info(
                        "Tidemark's schema cannot be made or brought up to date yet, trying again:"
                                + " {}",
                        firstLine(cause == null ? null : cause.getMessage()));
                return Outcome.NOT_YET;
            }
            if ("42501".equals(state) || "25006".equals(state)) {
                log.info(
                        "Tidemark's schema cannot be made or brought up to date by this role ({});"
                                + " going on with what is there, and with policies from the"
                                + " configuration. {}",
                        firstLine(cause == null ? null : cause.getMessage()),
                        "25006".equals(state)
                                ? "The database is a standby: give the primary as"
                                        + " tidemark.replication.url"
                                : "./tidemark prepare prints the SQL for who has the rights");
            } else {
                log.warn("Tidemark's schema cannot be made: {}", firstLine(e.getMessage()));
            }
            return Outcome.REFUSED;
        }
    }

    /** Flyway would too, but a role that may not is refused ten times by it, a second apart. */
    private void makeSchema() throws SQLException {
        try (Connection connection = flyway.getConfiguration().getDataSource().getConnection();
                Statement statement = connection.createStatement()) {
            // IF NOT EXISTS asks for the privilege to create even where nothing is to be created.
            try (ResultSet schema =
                    statement.executeQuery(
                            "SELECT FROM pg_catalog.pg_namespace WHERE nspname = 'tidemark'")) {
                if (schema.next()) {
                    return;
                }
            }
            statement.execute("CREATE SCHEMA IF NOT EXISTS tidemark");
        }
    }

    /** Connection failures, wrong passwords too: those may be put right while we run. */
    private static boolean isUnreachable(String state) {
        return state.startsWith("08")
                || state.startsWith("28")
                || state.startsWith("57P")
                || state.equals("3D000")
                || state.equals("53300");
    }

    private static @Nullable SQLException sqlException(Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException found) {
                return found;
            }
        }
        return null;
    }

    private static String firstLine(@Nullable String message) {
        return message == null ? "" : message.lines().findFirst().orElse("");
    }
}

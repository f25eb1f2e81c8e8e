package dev.tidemark.retrieval.dba;

import dev.tidemark.retrieval.database.DirectConnections;
import dev.tidemark.retrieval.follow.Publication;
import dev.tidemark.retrieval.problem.SqlProblems;
import dev.tidemark.retrieval.table.ExposureProperties;
import dev.tidemark.retrieval.table.Introspection;
import java.net.UnknownHostException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The database that a command is about, and how a suite would use it.
 *
 * @param reading the way of reads
 * @param capturing the way of the change capture; the same unless another was given
 * @param isSplit whether another was given
 * @param slot the replication slot's name
 */
record Target(
        String application,
        DirectConnections reading,
        DirectConnections capturing,
        boolean isSplit,
        ExposureProperties exposure,
        Publication publication,
        String slot) {

    /** More than reading the catalogue of a very large database takes. */
    private static final Duration SILENCE_MAX = Duration.ofSeconds(60);

    /**
     * A new connection in autocommit mode.
     *
     * @throws DbaException if there is none to be had, saying why
     */
    Connection open(DirectConnections way) {
        try {
            return way.open(application, SILENCE_MAX);
        } catch (SQLException e) {
            throw new DbaException(
                    "cannot connect to "
                            + way
                            + ": "
                            + (e.getCause() instanceof UnknownHostException
                                    ? "there is no such host"
                                    : SqlProblems.message(e)
                                            .replaceFirst("^FATAL: ", "")
                                            .replaceAll("\\s+", " "))
                            + (SqlProblems.message(e).contains("no password was provided")
                                    ? " (it comes from the URL, --password-file, PGPASSWORD,"
                                            + " PGPASSFILE or ~/.pgpass)"
                                    : ""));
        }
    }

    /**
     * Reads the catalogue once.
     *
     * @throws DbaException if it names a schema, a table or a column that is not there: a slip
     *     there would publish what was meant to be hidden
     */
    Introspection.Reading read(Connection connection) throws SQLException {
        List<String> there =
                new Asked(connection)
                        .rows(
                                "SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND"
                                        + " nspname NOT IN ('information_schema', 'tidemark') ORDER"
                                        + " BY 1",
                                row -> row.getString(1));
        List<String> missing = new ArrayList<>(exposure.schemas());
        missing.removeAll(there);
        if (!missing.isEmpty()) {
            throw new DbaException(
                    "--schemas: there is no schema %s; there are %s"
                            .formatted(missing.getFirst(), String.join(", ", there)));
        }
        connection.setAutoCommit(false);
        try {
            Introspection.Reading reading = Introspection.read(exposure, connection);
            if (!reading.hiddenInVain().isEmpty()) {
                throw new DbaException(
                        "--hide: there is no table or column %s in %s that %s may read"
                                .formatted(
                                        reading.hiddenInVain().getFirst(),
                                        String.join(", ", exposure.schemas()),
                                        this.reading));
            }
            return reading;
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }
}

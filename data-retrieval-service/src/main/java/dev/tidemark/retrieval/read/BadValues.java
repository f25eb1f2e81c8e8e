package dev.tidemark.retrieval.read;

import dev.tidemark.common.problem.Problem;
import dev.tidemark.retrieval.database.Deadline;
import dev.tidemark.retrieval.database.Lane;
import dev.tidemark.retrieval.problem.ProblemException;
import dev.tidemark.retrieval.problem.SqlProblems;
import dev.tidemark.retrieval.query.Given;
import dev.tidemark.retrieval.query.TableQuery;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Optional;
import javax.sql.DataSource;

/** Finds out which value of a request PostgreSQL could not read: it does not say so itself. */
final class BadValues {

    /** Each costs a round trip, on a client's word. */
    private static final int PROBES_MAX = 64;

    private final DataSource database;
    private final Lane lane;

    BadValues(DataSource database, Lane lane) {
        this.database = database;
        this.lane = lane;
    }

    /** The problem to answer with: one that names the value, if it can be found. */
    Problem problem(TableQuery query, SQLException failure, Deadline deadline) {
        try (Lane.Permit permit = lane.enter(deadline);
                Connection connection = database.getConnection()) {
            for (Given given : query.given().stream().limit(PROBES_MAX).toList()) {
                Optional<SQLException> refused = probe(connection, given);
                if (refused.isPresent()) {
                    return given.misfit(refused.get());
                }
            }
        } catch (SQLException | ProblemException e) {
            // The database or the lane is gone in the meantime: then without the name.
            return SqlProblems.of(failure);
        }
        return SqlProblems.of(failure);
    }

    private static Optional<SQLException> probe(Connection connection, Given given)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(given.probe())) {
            statement.setString(1, given.text());
            statement.execute();
            return Optional.empty();
        } catch (SQLException e) {
            if (SqlProblems.isBadValue(e)) {
                return Optional.of(e);
            }
            throw e;
        }
    }
}

package dev.tidemark.retrieval.dba;

import dev.tidemark.common.problem.Problem;
import dev.tidemark.retrieval.problem.ProblemException;
import dev.tidemark.retrieval.problem.SqlProblems;
import dev.tidemark.retrieval.purge.Purge;
import dev.tidemark.retrieval.purge.PurgeTarget;
import java.sql.Connection;
import java.sql.SQLException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code ./tidemark purge}. What the options mean is in {@code purge.txt}. */
@Command(name = "purge")
final class PurgeCommand extends DbaCommand {

    @Parameters(paramLabel = "TABLE[/KEY]", arity = "0..1", defaultValue = "")
    String what = "";

    @Override
    int run(Target target) throws SQLException {
        if (what.isBlank()) {
            throw refused("what to purge is missing: name TABLE or TABLE/KEY");
        }
        try (Connection connection = target.open(target.reading())) {
            Purge purge = new Purge(connection, target.read(connection).catalogue(), target.slot());
            Purge.Purged purged = purge.of(PurgeTarget.parse(what));
            out().println(
                            "Purged "
                                    + purged.tag().text()
                                    + switch (purged.heard()) {
                                        case NOW -> "";
                                        case LATER ->
                                                ": nobody reads the replication slot '"
                                                        + target.slot()
                                                        + "' now, so the caches hear of it when"
                                                        + " somebody does";
                                    });
            return DbaCommands.OK;
        } catch (ProblemException e) {
            Problem problem = e.problem();
            throw new DbaException(
                    problem.message() + problem.hint().map(hint -> " (" + hint + ")").orElse(""));
        } catch (SQLException e) {
            throw new DbaException("PostgreSQL refuses the purge: " + SqlProblems.message(e));
        }
    }
}

package dev.tidemark.retrieval.dba;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ./tidemark drop}. What the options mean is in {@code drop.txt}. */
@Command(name = "drop")
final class DropCommand extends DbaCommand {

    @Option(names = "--yes")
    boolean yes;

    @Option(names = "--reader", paramLabel = "ROLE")
    String reader = PrepareCommand.READER;

    @Option(names = "--capture", paramLabel = "ROLE")
    String capture = PrepareCommand.CAPTURE;

    @Override
    int run(Target target) throws SQLException {
        try (Connection connection = target.open(target.reading())) {
            Removal removal = Removal.of(target, connection, reader, capture);
            if (removal.isEmpty()) {
                out().println("-- Nothing of Tidemark is in this database.");
                remarks(removal);
                return DbaCommands.OK;
            }
            Optional<String> user = removal.user();
            if (user.isPresent() && yes) {
                throw new DbaException(user.get() + ": stop Tidemark first; nothing was removed");
            }
            if (!yes) {
                out().println("-- Would be removed; --yes does it:");
            }
            if (yes) {
                removal.run();
                out().println("-- Removed:");
            }
            removal.statements().forEach(statement -> out().println(statement + ";"));
            remarks(removal);
            user.ifPresent(
                    using -> out().println("-- But not now: " + using + ". Stop Tidemark first."));
            return DbaCommands.OK;
        }
    }

    private void remarks(Removal removal) {
        removal.remarks().forEach(remark -> out().println("-- " + remark));
    }
}

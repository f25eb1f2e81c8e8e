package dev.tidemark.retrieval.dba;

import java.sql.SQLException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ./tidemark prepare}. What the options mean is in {@code prepare.txt}. */
@Command(name = "prepare")
final class PrepareCommand extends DbaCommand {

    static final String READER = "tidemark_reader";
    static final String CAPTURE = "tidemark_capture";

    @Option(names = "--reader", paramLabel = "ROLE")
    String reader = READER;

    @Option(names = "--capture", paramLabel = "ROLE")
    String capture = CAPTURE;

    @Override
    int run(Target target) throws SQLException {
        if (reader.equals(capture)) {
            throw refused("--reader and --capture must be two roles");
        }
        out().print(Preparation.of(target, reader, capture));
        out().flush();
        return DbaCommands.OK;
    }
}

package dev.tidemark.retrieval.dba;

import dev.tidemark.retrieval.database.DirectConnections;
import dev.tidemark.retrieval.problem.InvalidConfigurationException;
import java.nio.file.Path;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ./tidemark doctor}. What the options mean is in {@code doctor.txt}. */
@Command(name = "doctor")
final class DoctorCommand extends DbaCommand {

    @Option(
            names = "--replication-url",
            paramLabel = "URL",
            defaultValue = "${env:TIDEMARK_REPLICATION_URL}")
    @Nullable String replicationUrl;

    @Option(names = "--json")
    boolean json;

    @Override
    @Nullable DirectConnections capturing() {
        String url = replicationUrl;
        if (url == null || url.isBlank()) {
            return null;
        }
        String file = System.getenv("TIDEMARK_REPLICATION_PASSWORD_FILE");
        try {
            return DirectConnections.to(url, file == null ? null : Path.of(file));
        } catch (InvalidConfigurationException e) {
            throw new InvalidConfigurationException(
                    String.valueOf(e.getMessage())
                            .replace("tidemark.database.", "tidemark.replication."));
        }
    }

    @Override
    int run(Target target) throws SQLException {
        Diagnosis diagnosis = Examination.of(target);
        out().print(json ? DiagnosisText.json(diagnosis) : DiagnosisText.plain(diagnosis));
        out().flush();
        return diagnosis.isSound() ? DbaCommands.OK : DbaCommands.FAILURE;
    }
}

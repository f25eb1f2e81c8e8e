package dev.tidemark.retrieval.dba;

import dev.tidemark.retrieval.database.DirectConnections;
import dev.tidemark.retrieval.follow.Publication;
import dev.tidemark.retrieval.problem.InvalidConfigurationException;
import dev.tidemark.retrieval.table.ExposureProperties;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What all of these commands have in common: the database, and how a suite would use it. */
abstract class DbaCommand implements Callable<Integer> {

    @Spec CommandSpec spec = CommandSpec.create();

    /** The variables keep a URL with a password out of the process list; the services' own. */
    @Option(
            names = "--database-url",
            paramLabel = "URL",
            defaultValue = "${env:TIDEMARK_DATABASE_URL}")
    @Nullable String databaseUrl;

    @Option(
            names = "--password-file",
            paramLabel = "FILE",
            defaultValue = "${env:TIDEMARK_DATABASE_PASSWORD_FILE}")
    @Nullable Path passwordFile;

    @Option(names = "--schemas", paramLabel = "A,B", split = ",")
    List<String> schemas = List.of("public");

    @Option(names = "--hide", paramLabel = "A,B.C", split = ",")
    List<String> hide = List.of();

    @Option(names = "--publication", paramLabel = "NAME")
    String publication = "tidemark";

    @Option(names = "--slot", paramLabel = "NAME")
    String slot = "tidemark";

    @Option(names = {"-h", "--help"})
    boolean help;

    @Override
    public final Integer call() throws SQLException {
        if (help) {
            out().print(DbaCommands.help(spec.name()));
            out().flush();
            return DbaCommands.OK;
        }
        try {
            return run(target());
        } catch (InvalidConfigurationException e) {
            throw refused(
                    String.valueOf(e.getMessage())
                            .replace(
                                    "tidemark.database.url is missing: set it to",
                                    "--database-url is missing: give")
                            .replace("tidemark.database.url", "--database-url")
                            .replace("tidemark.database.password-file", "--password-file")
                            .replace("tidemark.replication.url", "--replication-url")
                            .replace("tidemark.replication.password-file", "the password file")
                            .replace("tidemark.schemas", "--schemas")
                            .replace("tidemark.hide", "--hide"));
        }
    }

    /** Does it; the exit status. */
    abstract int run(Target target) throws SQLException;

    /** The way of the change capture, where it is not that of reads. */
    @Nullable DirectConnections capturing() {
        return null;
    }

    private Target target() {
        ExposureProperties exposure = new ExposureProperties(schemas, hide, Duration.ofSeconds(30));
        DirectConnections reading = DirectConnections.to(given(databaseUrl), passwordFile);
        DirectConnections capturing = capturing();
        return new Target(
                "tidemark " + spec.name(),
                reading,
                capturing == null ? reading : capturing,
                capturing != null,
                exposure,
                new Publication(publication),
                slot);
    }

    private static String given(@Nullable String url) {
        return url == null ? "" : url;
    }

    PrintWriter out() {
        return spec.commandLine().getOut();
    }

    ParameterException refused(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}

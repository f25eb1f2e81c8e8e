package dev.tidemark.quickstart.cli;

import dev.tidemark.quickstart.launch.Suite;
import dev.tidemark.quickstart.launch.SuiteOptions;
import dev.tidemark.quickstart.postgres.PostgresAddress;
import dev.tidemark.quickstart.postgres.PostgresUri;
import dev.tidemark.quickstart.process.Guard;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code ./tidemark start}: runs a suite until the user ends it. What the options mean is in {@code
 * start.txt}.
 */
@Command(name = "start")
final class StartCommand implements Callable<Integer> {
    static final String HELP = "start.txt";

    private static final int PORT_MAX = 65_535;

    /** Each is a JVM of its own. */
    private static final int INSTANCES_MAX = 8;

    @Spec CommandSpec spec = CommandSpec.create();

    @Option(names = "--load", paramLabel = "FILE")
    @Nullable Path dump;

    /** The variable keeps a URL with a password out of the process list. */
    @Option(
            names = "--database-url",
            paramLabel = "URL",
            defaultValue = "${env:TIDEMARK_DATABASE_URL}")
    @Nullable String databaseUrl;

    @Option(
            names = "--replication-url",
            paramLabel = "URL",
            defaultValue = "${env:TIDEMARK_REPLICATION_URL}")
    @Nullable String replicationUrl;

    /** The variable has them with commas between. */
    @Option(
            names = "--read-url",
            paramLabel = "URL",
            split = ",",
            defaultValue = "${env:TIDEMARK_READ_URL}")
    List<String> readUrls = List.of();

    @Option(names = "--schemas", paramLabel = "A,B", split = ",")
    List<String> schemas = List.of("public");

    @Option(names = "--hide", paramLabel = "A,B.C", split = ",")
    List<String> hide = List.of();

    @Option(names = "--writable", paramLabel = "A,B", split = ",")
    List<String> writable = List.of();

    @Option(names = "--port", paramLabel = "PORT")
    int port = SuiteOptions.DEFAULT_PORT;

    @Option(names = "--listen", paramLabel = "ADDRESS")
    String listen = SuiteOptions.LOOPBACK;

    @Option(names = "--data-dir", paramLabel = "FOLDER")
    @Nullable Path dataDirectory;

    @Option(names = "--log-dir", paramLabel = "FOLDER")
    @Nullable Path logDirectory;

    @Option(names = "--gateways", paramLabel = "N")
    int gateways = 1;

    @Option(names = "--cache-services", paramLabel = "N")
    int cacheServices = 1;

    @Option(names = "--data-retrieval-services", paramLabel = "N")
    int dataRetrievalServices = 1;

    @Option(names = {"-h", "--help"})
    boolean help;

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        if (help) {
            out.print(text(HELP));
            out.flush();
            return 0;
        }
        long start = System.nanoTime();
        // Ahead of the suite's own ending, so that it is told before the work begins.
        var console = new Console(out);
        Suite suite = Suite.start(options(), console);
        Guard.ofThisJvm().beforeTheEnd(() -> console.say("Stopping."));
        console.ready(suite, options(), Duration.ofNanos(System.nanoTime() - start));
        new CountDownLatch(1).await();
        return 0;
    }

    SuiteOptions options() {
        boolean existing = databaseUrl != null && !databaseUrl.isBlank();
        require(
                !existing || dump == null,
                "--load is for the embedded database, not for that of --database-url");
        require(
                !existing || dataDirectory == null,
                "--data-dir is for the embedded database, not for that of --database-url");
        require(port >= 0 && port <= PORT_MAX, "--port must be from 0 to " + PORT_MAX);
        require(schemas.stream().noneMatch(String::isBlank), "--schemas has an empty name");
        require(hide.stream().noneMatch(String::isBlank), "--hide has an empty name");
        require(writable.stream().noneMatch(String::isBlank), "--writable has an empty name");
        require(
                !writable.contains("*") || writable.size() == 1,
                "--writable * stands for all tables, so it stands alone");
        requireInstances("--gateways", gateways);
        requireInstances("--cache-services", cacheServices);
        requireInstances("--data-retrieval-services", dataRetrievalServices);
        PostgresAddress replication = address(replicationUrl);
        require(
                existing || replication == null,
                "--replication-url is for the database of --database-url, which is missing");
        List<PostgresAddress> replicas =
                readUrls.stream()
                        .filter(url -> !url.isBlank())
                        .map(url -> PostgresUri.parse(url, System.getenv()))
                        .toList();
        require(
                existing || replicas.isEmpty(),
                "--read-url is for standbys of the database of --database-url, which is missing");
        require(
                replicas.stream().map(PostgresAddress::password).distinct().count() <= 1,
                "the standbys of --read-url have different passwords: leave them out of the URLs"
                        + " and put them into PGPASSFILE");
        Path home = Path.of(System.getProperty("tidemark.home", ".")).toAbsolutePath().normalize();
        return new SuiteOptions(
                home,
                null,
                address(databaseUrl),
                replication,
                replicas,
                dump,
                listen,
                port,
                dataDirectory,
                logDirectory,
                schemas,
                hide,
                writable,
                Map.of(),
                Map.of(
                        "gateway", gateways,
                        "cache-service", cacheServices,
                        "data-retrieval-service", dataRetrievalServices),
                List.of(),
                null);
    }

    private static @Nullable PostgresAddress address(@Nullable String url) {
        return url == null || url.isBlank() ? null : PostgresUri.parse(url, System.getenv());
    }

    private void requireInstances(String option, int number) {
        require(
                number >= 1 && number <= INSTANCES_MAX,
                option + " must be from 1 to " + INSTANCES_MAX);
    }

    private void require(boolean condition, String message) {
        if (!condition) {
            throw new ParameterException(spec.commandLine(), message);
        }
    }

    static String text(String name) {
        try (InputStream in =
                Objects.requireNonNull(StartCommand.class.getResourceAsStream(name))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

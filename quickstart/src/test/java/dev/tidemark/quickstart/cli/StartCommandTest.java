package dev.tidemark.quickstart.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.quickstart.launch.SuiteOptions;
import dev.tidemark.quickstart.postgres.PostgresAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class StartCommandTest {
    @Test
    void help_describesEveryOption_andNoOther() {
        var options = new TreeSet<String>();
        new CommandLine(new StartCommand())
                .getCommandSpec()
                .options()
                .forEach(option -> options.addAll(List.of(option.names())));
        List<String> described =
                Pattern.compile("(?m)^ {2}(-h, )?(--[a-z-]+)")
                        .matcher(StartCommand.text(StartCommand.HELP))
                        .results()
                        .map((MatchResult m) -> m.group(2))
                        .toList();
        options.remove("-h");
        assertThat(described).containsExactlyInAnyOrderElementsOf(options);
    }

    @Test
    void options_haveTheirDefaults_andAreAllTaken() {
        Path home = Path.of(".").toAbsolutePath().normalize();
        assertThat(options())
                .isEqualTo(
                        new SuiteOptions(
                                home,
                                null,
                                null,
                                null,
                                List.of(),
                                null,
                                "127.0.0.1",
                                8080,
                                null,
                                null,
                                List.of("public"),
                                List.of(),
                                List.of(),
                                Map.of(),
                                instances(1, 1, 1),
                                List.of(),
                                null));
        assertThat(
                        options(
                                "--load=a.sql",
                                "--port=1",
                                "--listen=::1",
                                "--data-dir=d",
                                "--log-dir=l",
                                "--schemas=x,y",
                                "--hide=a,b.c",
                                "--hide=d",
                                "--writable=a,x.e",
                                "--gateways=3",
                                "--cache-services=2"))
                .isEqualTo(
                        new SuiteOptions(
                                home,
                                null,
                                null,
                                null,
                                List.of(),
                                Path.of("a.sql"),
                                "::1",
                                1,
                                Path.of("d"),
                                Path.of("l"),
                                List.of("x", "y"),
                                List.of("a", "b.c", "d"),
                                List.of("a", "x.e"),
                                Map.of(),
                                instances(3, 2, 1),
                                List.of(),
                                null));
    }

    @Test
    void replicationUrl_belongsToADatabaseUrl() {
        SuiteOptions options =
                options(
                        "--database-url=postgresql://reader@pooler:6432/shop",
                        "--replication-url=postgresql://capture:secret@primary/shop");
        assertThat(options.database())
                .isEqualTo(new PostgresAddress("pooler", 6432, "shop", "reader", null, Map.of()));
        assertThat(options.replication())
                .isEqualTo(
                        new PostgresAddress(
                                "primary", 5432, "shop", "capture", "secret", Map.of()));
        assertThatThrownBy(() -> options("--replication-url=postgresql://capture@primary/shop"))
                .hasMessage(
                        "--replication-url is for the database of --database-url, which is missing");
    }

    @Test
    void readUrls_areStandbysOfADatabaseUrl() {
        SuiteOptions options =
                options(
                        "--database-url=postgresql://reader@primary/shop",
                        "--read-url=postgresql://reader:r@one/shop",
                        "--read-url=postgresql://reader:r@two/shop");
        assertThat(options.replicas())
                .extracting(PostgresAddress::hostAndPort)
                .containsExactly("one:5432", "two:5432");
        assertThatThrownBy(() -> options("--read-url=postgresql://reader@one/shop"))
                .hasMessageContaining("--database-url, which is missing");
        assertThatThrownBy(() ->
                        options(
                                "--database-url=postgresql://reader@primary/shop",
                                "--read-url=postgresql://reader:r@one/shop",
                                "--read-url=postgresql://reader:s@two/shop"))
                .hasMessageContaining("different passwords")
                .hasMessageContaining("PGPASSFILE");
    }

    private static Map<String, Integer> instances(int gateways, int caches, int origins) {
        return Map.of(
                "gateway", gateways, "cache-service", caches, "data-retrieval-service", origins);
    }

    private static SuiteOptions options(String... arguments) {
        var command = new StartCommand();
        new CommandLine(command).parseArgs(arguments);
        return command.options();
    }
}

package dev.tidemark.retrieval.dba;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class DbaCommandsTest {

    @ParameterizedTest
    @ValueSource(strings = {"doctor", "prepare", "drop", "purge"})
    void help_describesEveryOption_andNoOther(String name) {
        TreeSet<String> options = new TreeSet<>();
        commandLine(name)
                .getCommandSpec()
                .options()
                .forEach(option -> options.addAll(List.of(option.names())));
        options.remove("-h");
        if (name.equals("drop")) {
            // What is served does not matter to it.
            options.removeAll(List.of("--schemas", "--hide"));
        }
        List<String> described =
                Pattern.compile("(?m)^ {2}(-h, )?(--[a-z-]+)")
                        .matcher(DbaCommands.help(name))
                        .results()
                        .map((MatchResult m) -> m.group(2))
                        .toList();
        assertThat(described).containsExactlyInAnyOrderElementsOf(options);
        assertThat(DbaCommands.isMeant(name, "--x")).isTrue();
    }

    private static CommandLine commandLine(String name) {
        return new CommandLine(
                switch (name) {
                    case "doctor" -> new DoctorCommand();
                    case "prepare" -> new PrepareCommand();
                    case "drop" -> new DropCommand();
                    default -> new PurgeCommand();
                });
    }

    @Test
    void argumentsOfTheService_areNotMeant() {
        assertThat(DbaCommands.isMeant()).isFalse();
        assertThat(DbaCommands.isMeant("--server.port=1", "doctor")).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    doctor --database-url x | --database-url is not a PostgreSQL URI: write postgresql://user@host:port/database
                    doctor --database-url postgresql://a@b/c?x=y | --database-url has a parameter that is not known: x
                    doctor --database-url postgresql://a@b/c --schemas pg_catalog | --schemas must not name 'pg_catalog': system schemas and Tidemark's own are never served
                    doctor --database-url postgresql://a@b/c --replication-url y | --replication-url is not a PostgreSQL URI: write postgresql://user@host:port/database
                    prepare --database-url postgresql://a@b/c --reader x --capture x | --reader and --capture must be two roles
                    purge --database-url postgresql://a@b/c | what to purge is missing: name TABLE or TABLE/KEY
                    purge film --database-url postgresql://a@b/c --password-file /no/such | --password-file cannot be read: /no/such
                    drop --no | Unknown option: '--no'
                    """)
    void mistake_isNamed(String commandLine, String message) {
        StringWriter err = new StringWriter();
        String[] arguments = commandLine.strip().split(" ", -1);
        int status =
                DbaCommands.run(
                        new PrintWriter(new StringWriter()), new PrintWriter(err), arguments);
        assertThat(err)
                .hasToString(
                        "tidemark: %s (see ./tidemark %s --help)\n"
                                .formatted(message, arguments[0]));
        assertThat(status).isEqualTo(2);
    }

    @Test
    void serverThatIsNotThere_isNamedWithoutThePassword() {
        StringWriter err = new StringWriter();
        int status =
                DbaCommands.run(
                        new PrintWriter(new StringWriter()),
                        new PrintWriter(err),
                        "drop",
                        "--database-url",
                        "postgresql://me:s3cret@127.0.0.1:1/db");
        assertThat(err.toString())
                .startsWith("tidemark: cannot connect to me@127.0.0.1:1/db: ")
                .doesNotContain("s3cret");
        assertThat(status).isEqualTo(1);
    }
}

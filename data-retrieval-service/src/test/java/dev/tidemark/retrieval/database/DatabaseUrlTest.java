package dev.tidemark.retrieval.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.retrieval.problem.InvalidConfigurationException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DatabaseUrlTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "postgresql://u@h/d | jdbc:postgresql://h:5432/d | u |",
                "postgres://u:p@h:5433/d | jdbc:postgresql://h:5433/d | u | p",
                "postgresql://u:p%40%3A%2F+%C3%BC@h/my%20db | jdbc:postgresql://h:5432/my%20db | u | p@:/+ü",
                "postgresql://u@[::1]:1234/d | jdbc:postgresql://[::1]:1234/d | u |",
                "postgresql://u@a:1,b:2,c/d | jdbc:postgresql://a:1,b:2,c:5432/d | u |",
                "postgresql:///d?host=h&port=99&user=u&password=p | jdbc:postgresql://h:99/d | u | p",
                "postgresql://u@h | jdbc:postgresql://h:5432/u | u |",
                "postgresql://u@/d | jdbc:postgresql://localhost:5432/d | u |",
                "postgresql://u:@h/d | jdbc:postgresql://h:5432/d | u | ''",
            })
    void uri_isReadAsLibpqDoes(String text, String jdbcUrl, String user, String password) {
        DatabaseUrl url = DatabaseUrl.parse(text);

        assertThat(url.jdbcUrl()).isEqualTo(jdbcUrl);
        assertThat(url.user()).isEqualTo(user);
        assertThat(url.password()).isEqualTo(password);
    }

    @Test
    void parameters_getTheDriversNames() {
        assertThat(
                        DatabaseUrl.parse(
                                        "postgresql://u@h/d?sslmode=verify-full&sslrootcert=/a%20b"
                                                + "&connect_timeout=5&target_session_attrs=standby"
                                                + "&application_name=x&options=-c%20role%3Dr")
                                .parameters())
                .isEqualTo(
                        Map.of(
                                "sslmode", "verify-full",
                                "sslrootcert", "/a b",
                                "connectTimeout", "5",
                                "targetServerType", "secondary",
                                "options", "-c role=r"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "jdbc:postgresql://h/secret | is not a PostgreSQL URI",
                "mysql://u:secret@h/d | is not a PostgreSQL URI",
                "postgresql://u:secret@h:0/d | port",
                "postgresql://u:secret@h:99999/d | port",
                "postgresql://u:secret@h:x/d | port",
                "postgresql://u:secret@h/d?nope=1 | not known: nope",
                "postgresql://u:secret@h/d?sslmode | without a value",
                "postgresql://u:secret@h/d?target_session_attrs=x | target_session_attrs",
                "postgresql://u:secret%zz@h/d | hexadecimal",
                "postgresql://u:secret@%2Ftmp/d | Unix socket",
            })
    void uriThatIsWrong_isRefusedWithoutItsSecret(String text, String message) {
        assertThatThrownBy(() -> DatabaseUrl.parse(text))
                .isInstanceOf(InvalidConfigurationException.class)
                .hasMessageContaining("tidemark.database.url")
                .hasMessageContaining(message)
                .hasMessageNotContaining("secret");
    }

    @Test
    void database_isThePrimary_whereverItIs() {
        assertThat(DatabaseUrl.parse("postgresql://u@a,b/d").ofPrimary().parameters())
                .containsEntry("targetServerType", "primary");
        assertThat(DatabaseUrl.parse("postgresql://u@a/d").ofPrimary().parameters()).isEmpty();
        assertThatThrownBy(() ->
                        DatabaseUrl.parse(
                                        "postgresql://u@a,b/d?target_session_attrs=prefer-standby")
                                .ofPrimary())
                .isInstanceOf(InvalidConfigurationException.class)
                .hasMessageContaining("read-urls");
    }

    @Test
    void replica_isOneHost() {
        DatabaseProperties properties =
                new DatabaseProperties(
                        "postgresql://u:p@a/d",
                        null,
                        List.of("postgresql://u:secret@b,c/d"),
                        null,
                        Duration.ofSeconds(1),
                        Duration.ofMillis(500));
        assertThatThrownBy(properties::readAddresses)
                .isInstanceOf(InvalidConfigurationException.class)
                .hasMessageContaining("tidemark.database.read-urls names several hosts")
                .hasMessageNotContaining("secret");
    }

    @Test
    void password_isNeitherInTheTextNorInTheJdbcUrl() {
        DatabaseUrl url = DatabaseUrl.parse("postgresql://u:secret@h/d");

        assertThat(url.toString() + url.jdbcUrl()).doesNotContain("secret");
        assertThat(url.properties()).containsEntry("password", "secret");
        assertThat(DatabaseProperties.of("postgresql://u:secret@h/d", null).toString())
                .doesNotContain("secret");
    }
}

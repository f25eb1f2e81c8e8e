package dev.tidemark.quickstart.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PostgresUriTest {
    private static final Map<String, String> EMPTY = Map.of("PGPASSFILE", "/nowhere");

    @ParameterizedTest
    @CsvSource({
        "postgresql://ada@db:5433/shop,                   ada, , db, 5433, shop",
        "postgres://ada:s%40cr%2Bet%20+@db/shop,          ada, s@cr+et +, db, 5432, shop",
        "postgresql://ada@db/shop?sslmode=require,        ada, , db, 5432, shop",
        "postgresql://ada@[::1]:5433/%C3%A9t%C3%A9,       ada, , ::1, 5433, été",
        "postgresql://ada@/,                              ada, , localhost, 5432, ada",
        "postgresql://?host=db&port=1&user=ada&password=x&dbname=shop, ada, x, db, 1, shop",
    })
    void uri_ofAnyForm_isRead(
            String uri, String user, String password, String host, int port, String database) {
        PostgresAddress address = PostgresUri.parse(uri, EMPTY);
        assertThat(address.user()).isEqualTo(user);
        assertThat(address.password()).isEqualTo(password);
        assertThat(address.host()).isEqualTo(host);
        assertThat(address.port()).isEqualTo(port);
        assertThat(address.database()).isEqualTo(database);
        assertThat(PostgresUri.parse(address.url(), EMPTY)).isEqualTo(address);
        assertThat(address.toString()).doesNotContain("s%40cr", "s@cr");
    }

    @Test
    void environment_fillsWhatTheUriLeavesOut() {
        var environment =
                Map.of(
                        "PGUSER",
                        "eve",
                        "PGHOST",
                        "pg",
                        "PGPORT",
                        "6000",
                        "PGDATABASE",
                        "lib",
                        "PGPASSWORD",
                        "pw",
                        "PGSSLMODE",
                        "require");
        assertThat(PostgresUri.parse("postgresql://", environment))
                .isEqualTo(
                        new PostgresAddress(
                                "pg", 6000, "lib", "eve", "pw", Map.of("sslmode", "require")));
        assertThat(PostgresUri.parse("postgresql://a:b@c:1/d?sslmode=disable", environment))
                .isEqualTo(
                        new PostgresAddress("c", 1, "d", "a", "b", Map.of("sslmode", "disable")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jdbc:postgresql://db/shop",
                "db",
                "postgresql://ada:secret@db:port/shop",
                "postgresql://ada:secret@db:70000/shop",
                "postgresql://ada:sec@ret@db/shop",
                "postgresql://ada:secret%zz@db/shop",
                "postgresql://ada:secret@a,b/shop",
                "postgresql://ada:secret@db/shop?sslmode",
                "postgresql://ada:secret@%2Frun/shop",
            })
    void uri_thatIsNone_isRefusedWithoutRepeatingThePassword(String uri) {
        assertThatThrownBy(() -> PostgresUri.parse(uri, EMPTY))
                .isInstanceOf(PostgresException.class)
                .message()
                .doesNotContain("sec", "\n");
    }
}

package dev.tidemark.retrieval;

import static dev.tidemark.retrieval.Reply.tags;
import static dev.tidemark.retrieval.Service.encoded;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.retrieval.table.RowKey;
import dev.tidemark.testing.TestDatabase;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A row's tag is the one that its changes will bear, however a request spells the key. */
class KeysIT {

    private static final List<String> TYPES =
            List.of(
                    "smallint",
                    "bigint",
                    "boolean",
                    "text",
                    "varchar",
                    "char",
                    "citext",
                    "caseless",
                    "uuid",
                    "date",
                    "timestamptz",
                    "timestamp",
                    "interval",
                    "numeric",
                    "float",
                    "inet",
                    "bytea",
                    "enum",
                    "domain",
                    "array",
                    "composite");

    private static final Map<String, List<String>> CHANGED = new HashMap<>();

    private final Service service = Service.shared();

    /** Changes every row and remembers what pgoutput says of it. */
    @BeforeAll
    static void change() throws SQLException {
        Service.shared();
        TestDatabase database = Service.database();
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            // What the connections of pool and replication are pinned to.
            statement.execute(
                    """
                    SET TimeZone = 'UTC'; SET DateStyle = 'ISO, YMD'; SET IntervalStyle = 'postgres';
                    SET extra_float_digits = 1; SET bytea_output = 'hex';
                    """);
            List<String> tables =
                    new ArrayList<>(TYPES.stream().map(type -> "key_" + type).toList());
            tables.add("key_parts");
            statement.execute("CREATE PUBLICATION keys FOR TABLE " + String.join(", ", tables));
            statement.execute("SELECT pg_create_logical_replication_slot('keys', 'pgoutput')");
            try {
                for (String table : tables) {
                    statement.execute("UPDATE " + table + " SET n = 2");
                    CHANGED.put(table, newRow(statement));
                }
            } finally {
                statement.execute("SELECT pg_drop_replication_slot('keys'); DROP PUBLICATION keys");
            }
        }
    }

    /** The columns of the one row that was updated since the last call. */
    private static List<String> newRow(Statement statement) throws SQLException {
        try (var rows =
                statement.executeQuery(
                        """
                        SELECT data FROM pg_logical_slot_get_binary_changes('keys', NULL, NULL,
                          'proto_version', '1', 'publication_names', 'keys')
                        """)) {
            while (rows.next()) {
                ByteBuffer message = ByteBuffer.wrap(rows.getBytes(1));
                if (message.get() == 'U') {
                    message.getInt();
                    assertThat((char) message.get()).isEqualTo('N');
                    List<String> columns = new ArrayList<>();
                    for (int left = message.getShort(); left > 0; left--) {
                        assertThat((char) message.get()).isEqualTo('t');
                        byte[] text = new byte[message.getInt()];
                        message.get(text);
                        columns.add(new String(text, StandardCharsets.UTF_8));
                    }
                    return columns;
                }
            }
        }
        throw new AssertionError("no update");
    }

    static Stream<Arguments> spellings() {
        return Stream.of(
                Arguments.of("smallint", List.of("-7", "-07", " -7 ")),
                Arguments.of("bigint", List.of("42", "+42", "0042", "\t42")),
                Arguments.of("boolean", List.of("t", "true", "YES", "1", "on")),
                Arguments.of("text", List.of("a \"b\", \\c/日 %")),
                Arguments.of("varchar", List.of("A b ")),
                Arguments.of("char", List.of("ab", "ab    ")),
                Arguments.of("citext", List.of("MiXed", "mixed")),
                Arguments.of("caseless", List.of("MiXed", "mixed")),
                Arguments.of(
                        "uuid",
                        List.of(
                                "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
                                "A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11",
                                "{a0eebc999c0b4ef8bb6d6bb9bd380a11}")),
                Arguments.of("date", List.of("2022-03-01", "20220301", "March 1, 2022", "22/3/1")),
                Arguments.of(
                        "timestamptz",
                        List.of(
                                "2022-07-01 12:00:00.5+00",
                                "2022-07-01T12:00:00.5Z",
                                "2022-07-01 14:00:00.500 Europe/Berlin",
                                "2022-07-01 12:00:00.5",
                                "2022-07-01 04:00:00.5 PST")),
                Arguments.of("timestamp", List.of("2022-07-01 12:00", "2022-07-01T12:00:00.000")),
                Arguments.of("interval", List.of("1 day", "24:00:00", "P1D")),
                Arguments.of("numeric", List.of("1.5", "1.50", "15e-1")),
                Arguments.of("float", List.of("0", "-0", "0e5")),
                Arguments.of("inet", List.of("10.0.0.1", "10.0.0.1/32")),
                Arguments.of("bytea", List.of("\\x01ff", "\\x01FF", "\\001\\377")),
                Arguments.of("enum", List.of("drama")),
                Arguments.of("domain", List.of("2006", "+2006")),
                Arguments.of("array", List.of("{a,\"b c\"}", "{ \"a\" , b c}")),
                Arguments.of("composite", List.of("(x,1.0)", "(\"x   \",1.00)")));
    }

    @ParameterizedTest
    @MethodSource("spellings")
    void foundRow_hasTheTagOfItsChanges(String type, List<String> spellings) {
        String table = "key_" + type;
        String changed = Objects.requireNonNull(CHANGED.get(table)).getFirst();
        for (String spelling : spellings) {
            // Alone in the filter; the path would part some of them at a comma.
            Reply reply = service.get("/" + table + "?id=eq." + encoded(spelling));
            assertThat(reply.body()).as(spelling).contains("\"n\":2");
            assertThat(reply.internal().tags())
                    .as(spelling)
                    .isEqualTo(tags("public." + table + ":" + changed, "public." + table + ":*"));
        }
    }

    @Test
    void compositeKey_hasTheTagOfItsChanges() {
        List<String> row = Objects.requireNonNull(CHANGED.get("key_parts"));
        String key = RowKey.text(List.of(row.get(2), row.getFirst(), row.get(1)));
        assertThat(
                        service.get("/key_parts/" + encoded("2022-07-01 14:00+02") + ",01,no")
                                .internal()
                                .tags())
                .isEqualTo(tags("public.key_parts:" + key, "public.key_parts:*"));
    }

    static Stream<Arguments> missing() {
        return Stream.of(
                Arguments.of("smallint", "+08", "8"),
                Arguments.of("boolean", "NO", "f"),
                Arguments.of("text", "no:such\\row", "no:such\\row"),
                Arguments.of(
                        "uuid",
                        "00000000000000000000000000000ABC",
                        "00000000-0000-0000-0000-000000000abc"),
                Arguments.of("date", "1 January 1999", "1999-01-01"),
                Arguments.of("timestamptz", "2022-07-01 02:00+02", "2022-07-01 00:00:00+00"),
                Arguments.of("inet", "::1/128", "::1"),
                Arguments.of("bytea", "\\000", "\\x00"),
                Arguments.of("enum", "horror", "horror"),
                Arguments.of("domain", "01999", "1999"),
                // Several texts are one key: the row that may appear has any of them.
                Arguments.of("char", "zz", null),
                Arguments.of("citext", "zz", null),
                Arguments.of("caseless", "zz", null),
                Arguments.of("numeric", "9", null),
                Arguments.of("float", "9", null),
                Arguments.of("interval", "9 days", null),
                Arguments.of("array", "{z}", null),
                Arguments.of("composite", "(z,9)", null));
    }

    @ParameterizedTest
    @MethodSource("missing")
    void rowThatIsNotFound_hasTheTagOfTheRowThatMayAppear(
            String type, String spelling, String key) {
        String table = "public.key_" + type;
        assertThat(service.get("/key_" + type + "?id=eq." + encoded(spelling)).internal().tags())
                .isEqualTo(
                        key == null
                                ? tags(table, table + ":*")
                                : tags(table + ":" + key, table + ":*"));
    }
}

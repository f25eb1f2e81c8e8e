package dev.tidemark.quickstart.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.quickstart.postgres.PostgresAddress;
import dev.tidemark.quickstart.postgres.PostgresOptions;
import dev.tidemark.quickstart.postgres.PostgresServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Objects;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DumpLoaderIT {
    private static PostgresServer server;
    private static int databases;

    @TempDir Path temp;

    @BeforeAll
    static void start() {
        server = PostgresServer.start(PostgresOptions.temporary());
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void dump_ofAnotherServer_isLoadedWithOneNoticeForEachThingThatDiffers() throws Exception {
        PostgresAddress database = freshDatabase();
        var notices = new ArrayList<String>();
        DumpLoader.Report report;
        try (InputStream in = resource("library.sql")) {
            report = DumpLoader.load("library.sql", in, database, notices::add);
        }

        assertThat(report.rows()).isEqualTo(8);
        assertThat(notices)
                .containsExactly(
                        "skipped the setting setting_of_the_future, which this PostgreSQL does not have",
                        "skipped CREATE DATABASE library: everything goes into the one embedded database",
                        "skipped ALTER DATABASE library: everything goes into the one embedded database",
                        "skipped \\connect library: everything goes into the one embedded database",
                        "created the role librarian, which may not log in",
                        "skipped default_tablespace: invalid value for parameter \"default_tablespace\": \"fast_disks\""
                                + " (Tablespace \"fast_disks\" does not exist.)",
                        "created the role night reader, which may not log in",
                        "created the role web, which may not log in");
        assertThat(query(database, "SELECT title FROM book WHERE book_id = 2"))
                .isEqualTo("A tab\tand a\nnew line, a \\ and a \\. too");
        assertThat(query(database, "SELECT title || (cover = '') FROM book WHERE book_id = 3"))
                .isEqualTo("日本の本 📚true");
        assertThat(
                        query(
                                database,
                                "SELECT subjects[3] || encode(cover, 'hex') FROM book WHERE book_id = 1"))
                .isEqualTo("say \"hi\"deadbeef");
        assertThat(
                        query(
                                database,
                                "SELECT subjects[1] IS NULL AND subjects[2] = 'null' FROM book WHERE book_id = 3"))
                .isEqualTo("t");
        assertThat(query(database, "SELECT readers FROM book_list WHERE book_id = 1"))
                .isEqualTo("Ada; Björn");
        assertThat(query(database, "SELECT sum(loans) FROM loans_by_year")).isEqualTo("3");
        assertThat(query(database, "SELECT loans_of(7)")).isEqualTo("7");
        assertThat(
                        query(
                                database,
                                "INSERT INTO book (title) VALUES ('new titles') RETURNING book_id || ' ' || fulltext"))
                .isEqualTo("4 'new':1 'titl':2");
        assertThat(query(database, "INSERT INTO reader (name) VALUES ('Zoë') RETURNING reader_id"))
                .isEqualTo("3");
        assertThat(query(database, "SELECT tableowner FROM pg_tables WHERE tablename = 'book'"))
                .isEqualTo("librarian");
        assertThat(query(database, "SELECT reltuples FROM pg_class WHERE relname = 'book'"))
                .isEqualTo("3");
    }

    @Test
    void sampleShop_isTheSameEverywhere() throws Exception {
        PostgresAddress database = freshDatabase();
        try (InputStream in =
                Objects.requireNonNull(
                        DumpLoader.class.getResourceAsStream(
                                "/dev/tidemark/quickstart/shop/shop.sql"))) {
            DumpLoader.load("shop.sql", in, database, notice -> assertThat(notice).isNull());
        }
        assertThat(query(database, "SELECT name || ' ' || price FROM product WHERE id = 1"))
                .isEqualTo("Modern Cordura Rucksack, sage 55.95");
        assertThat(query(database, "SELECT count(*) FROM order_line")).isEqualTo("49870");
        assertThat(
                        query(
                                database,
                                "SELECT md5(string_agg(concat(id, customer_id, status, total, extract(epoch FROM ordered_at)), '' ORDER BY id)) FROM customer_order o"))
                .isEqualTo("5fab89f9956a6f1daea1abbbfe6d9792");
        assertThat(
                        query(
                                database,
                                "SELECT count(*) FROM customer_order o WHERE total <>"
                                        + " (SELECT sum(quantity * unit_price) FROM order_line WHERE order_id = o.id)"))
                .isEqualTo("0");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "SELECT 1;\\n\\nSELEKT 2;|3: syntax error at or near \"SELEKT\"",
                "CREATE TABLE t (\\n  a int,\\n  b nonsense\\n);|3: type \"nonsense\" does not exist",
                "SELECT 1;\\nINSERT INTO nowhere\\nVALUES (1);|2: relation \"nowhere\" does not exist",
                "CREATE TABLE t (a int);\\nCOPY t FROM stdin;\\n1\\n2\\nthree\\n4\\n\\.\\n|5: invalid input syntax for type integer: \"three\"",
                "CREATE TABLE t (a int UNIQUE);\\nCOPY t FROM stdin;\\n7\\n7\\n\\.\\n|4: duplicate key value violates unique constraint \"t_a_key\" (Key (a)=(7) already exists.)",
                "COPY nowhere FROM stdin;\\n1\\n\\.\\n|1: relation \"nowhere\" does not exist",
                "CREATE TABLE t (a int);\\nCOPY t FROM stdin;\\n1\\n|3: the file ends within the data that begin on this line",
                "\\nCREATE EXTENSION IF NOT EXISTS postgis WITH SCHEMA public;|2: extension \"postgis\" is not available: load the dump into a PostgreSQL that has postgis and start with --database-url",
                "\\connect a\\n\\connect b\\n|2: the dump holds several databases (a, b): dump one of them with pg_dump",
                "SELECT 1;\\n\\i other.sql\\n|2: the psql command \\i is not supported; a plain pg_dump has none",
                "SET client_encoding = 'SJIS';|1: encoding 'SJIS' is not supported; make the dump with pg_dump --encoding=UTF8",
                "GRANT SELECT ON nowhere TO someone_new;|1: relation \"nowhere\" does not exist",
            })
    void dump_thatFails_namesFileAndLine(String script, String message) {
        PostgresAddress database = freshDatabase();
        byte[] bytes = script.replaceAll("\\\\n(?!o)", "\n").getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() ->
                        DumpLoader.load(
                                "dump.sql", new ByteArrayInputStream(bytes), database, _ -> {}))
                .isInstanceOf(LoadException.class)
                .hasMessage("dump.sql:" + message);
    }

    @Test
    void statements_withinATransaction_areMendedToo() throws Exception {
        PostgresAddress database = freshDatabase();
        String script =
                """
                BEGIN;
                SET LOCAL setting_of_the_future TO on;
                CREATE TABLE t (a int);
                ALTER TABLE t OWNER TO "an ""odd"" role";
                ALTER ROLE postgres WITH PASSWORD 'known';
                SET SESSION AUTHORIZATION nobody_here;
                RESET SESSION AUTHORIZATION;
                COMMIT;
                SELECT jsonb '{"a": 1}' ? 'a', '{d bad}';
                """;
        var notices = new ArrayList<String>();
        DumpLoader.load(
                "dump.sql",
                new ByteArrayInputStream(script.getBytes(StandardCharsets.UTF_8)),
                database,
                notices::add);
        assertThat(query(database, "SELECT tableowner FROM pg_tables WHERE tablename = 't'"))
                .isEqualTo("an \"odd\" role");
        assertThat(notices)
                .hasSize(4)
                .contains(
                        "skipped ALTER ROLE postgres: the embedded database keeps its own superuser");
    }

    @Test
    void file_inAnotherFormat_isNamedWithWhatToDo() throws Exception {
        assertThatThrownBy(() -> load(new byte[0])).hasMessageEndingWith("dump is empty");
        assertThatThrownBy(() -> load("PGDMP\1\16".getBytes(StandardCharsets.ISO_8859_1)))
                .hasMessageContaining(
                        "custom format: make a plain one with pg_dump --format=plain");
        assertThatThrownBy(() -> load("SELECT 1;".getBytes(StandardCharsets.UTF_16)))
                .hasMessageContaining("UTF-16: make it with pg_dump --file=");
        assertThatThrownBy(() -> load(new byte[] {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd, 0}))
                .hasMessageContaining("compressed with zstd: unpack it first");
        assertThatThrownBy(() -> load(new byte[] {1, 0, 2}))
                .hasMessageContaining("not a text file");
        assertThatThrownBy(() -> new DumpFile(temp).check()).hasMessageContaining("is a folder");
        assertThatThrownBy(() -> new DumpFile(temp.resolve("none.sql")).check())
                .hasMessage(temp.resolve("none.sql") + ": no such file");
    }

    @Test
    void file_compressedWithGzipOrWithAByteOrderMark_isRead() throws Exception {
        Path file = temp.resolve("dump.sql.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write("\ufeffSELECT 1;".getBytes(StandardCharsets.UTF_8));
        }
        assertThat(DumpLoader.load(file, freshDatabase(), _ -> {}).statements()).isEqualTo(1);
    }

    private void load(byte[] content) throws IOException {
        Path file = Files.write(temp.resolve("dump"), content);
        DumpLoader.load(file, server.address("postgres"), _ -> {});
    }

    private static PostgresAddress freshDatabase() {
        return server.createDatabase("load_" + ++databases);
    }

    private static InputStream resource(String name) {
        return Objects.requireNonNull(DumpLoaderIT.class.getResourceAsStream(name));
    }

    private static String query(PostgresAddress database, String sql) throws SQLException {
        try (Connection connection = database.connect();
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }
}

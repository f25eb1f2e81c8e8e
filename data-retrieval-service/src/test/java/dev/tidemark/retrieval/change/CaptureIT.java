package dev.tidemark.retrieval.change;

import static dev.tidemark.retrieval.change.Captures.tags;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.common.log.Change;
import dev.tidemark.common.tag.Tag;
import dev.tidemark.common.tag.Tags;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What changes of a real database come to in the log. */
class CaptureIT {

    private static final String FIXTURE =
            """
            CREATE TABLE film (film_id int PRIMARY KEY, title text);
            CREATE TABLE rental (
                customer int, film text, day int, note text, PRIMARY KEY (film, customer));
            CREATE TABLE loud (id int PRIMARY KEY, other text);
            ALTER TABLE loud REPLICA IDENTITY FULL;
            CREATE TABLE odd (id int PRIMARY KEY, other int NOT NULL);
            CREATE UNIQUE INDEX odd_other ON odd (other);
            ALTER TABLE odd REPLICA IDENTITY USING INDEX odd_other;
            CREATE TABLE part (id int, year int, PRIMARY KEY (year, id)) PARTITION BY LIST (year);
            CREATE TABLE part_2025 PARTITION OF part FOR VALUES IN (2025);
            CREATE TABLE part_2026 PARTITION OF part FOR VALUES IN (2026);
            CREATE TABLE at (at timestamptz PRIMARY KEY, span interval, big float8, bits bytea);
            CREATE TABLE many (id int PRIMARY KEY);
            CREATE TABLE wide (id int PRIMARY KEY, large text);
            ALTER TABLE wide ALTER large SET STORAGE EXTERNAL;
            CREATE TABLE studio (id int PRIMARY KEY);
            CREATE TABLE work (
                id int PRIMARY KEY, studio int REFERENCES studio ON DELETE CASCADE);
            """;

    private static Captures captures;
    private static ChangeCapture capture;

    @BeforeAll
    static void start() {
        captures = new Captures(FIXTURE);
        capture = captures.start();
    }

    @AfterAll
    static void stop() {
        captures.close();
    }

    private static Tags change(String sql) {
        return captures.change(capture, sql).tags();
    }

    private static Tags rows(String table, String... keys) {
        List<Tag> tags = new ArrayList<>(List.of(Tag.anyRow(table)));
        for (String key : keys) {
            tags.add(Tag.row(table, key));
        }
        return Tags.of(tags);
    }

    @Test
    void rows_areTaggedByTheirKeys() {
        assertThat(change("INSERT INTO film VALUES (1, 'a'), (2, 'b')"))
                .isEqualTo(rows("public.film", "1", "2"));
        assertThat(change("UPDATE film SET title = 'c' WHERE film_id = 1"))
                .isEqualTo(rows("public.film", "1"));
        assertThat(change("UPDATE film SET film_id = 3 WHERE film_id = 1"))
                .isEqualTo(rows("public.film", "1", "3"));
        assertThat(change("DELETE FROM film WHERE film_id = 2"))
                .isEqualTo(rows("public.film", "2"));
        assertThat(change("TRUNCATE film")).isEqualTo(tags(Tag.table("public.film")));
    }

    @Test
    void compositeKey_isInTheOrderOfThePrimaryKey() {
        assertThat(change("INSERT INTO rental VALUES (7, 'a \"b\"', 1, '')"))
                .isEqualTo(rows("public.rental", "\"a \\\"b\\\"\",\"7\""));
        assertThat(change("UPDATE rental SET customer = 8"))
                .isEqualTo(rows("public.rental", "\"a \\\"b\\\"\",\"7\"", "\"a \\\"b\\\"\",\"8\""));
    }

    @Test
    void replicaIdentity_isThePrimaryKeyOrTheTable() {
        assertThat(change("INSERT INTO loud VALUES (1, 'x')")).isEqualTo(rows("public.loud", "1"));
        assertThat(change("UPDATE loud SET id = 2")).isEqualTo(rows("public.loud", "1", "2"));
        assertThat(change("DELETE FROM loud")).isEqualTo(rows("public.loud", "2"));
        assertThat(change("INSERT INTO odd VALUES (1, 2)"))
                .isEqualTo(tags(Tag.table("public.odd")));
    }

    @Test
    void partitions_areTaggedAsTheirRoot() {
        assertThat(change("INSERT INTO part VALUES (1, 2025)"))
                .isEqualTo(rows("public.part", "\"2025\",\"1\""));
        assertThat(change("UPDATE part_2025 SET id = 2"))
                .isEqualTo(rows("public.part", "\"2025\",\"1\"", "\"2025\",\"2\""));
        assertThat(change("UPDATE part SET year = 2026"))
                .isEqualTo(rows("public.part", "\"2025\",\"2\"", "\"2026\",\"2\""));
        assertThat(change("TRUNCATE part")).isEqualTo(tags(Tag.table("public.part")));
    }

    @Test
    void keys_arePrintedAsOnThePool() {
        assertThat(
                        change(
                                "SET TimeZone = 'Asia/Tokyo';"
                                        + " INSERT INTO at VALUES ('2026-01-02 03:04:05+09')"))
                .isEqualTo(rows("public.at", "2026-01-01 18:04:05+00"));
    }

    @Test
    void unchangedLargeValue_doesNotMatter() {
        change("INSERT INTO wide SELECT 1, repeat('x', 100000)");
        assertThat(change("UPDATE wide SET id = 2")).isEqualTo(rows("public.wide", "1", "2"));
    }

    @Test
    void veryManyRows_areTheTable() {
        assertThat(change("INSERT INTO many SELECT generate_series(1, 10000)").size())
                .isEqualTo(10_001);
        assertThat(change("INSERT INTO many SELECT generate_series(10001, 20001)"))
                .isEqualTo(tags(Tag.table("public.many")));
    }

    @Test
    void rolledBackSavepoint_leavesNoTags() {
        assertThat(
                        change(
                                "BEGIN; INSERT INTO film VALUES (10); SAVEPOINT s;"
                                        + " INSERT INTO film VALUES (11); ROLLBACK TO s; COMMIT"))
                .isEqualTo(rows("public.film", "10"));
    }

    @Test
    void logicalMessages_invalidateToo() {
        assertThat(change("SELECT pg_logical_emit_message(true, 'tidemark.table', 'public.x')"))
                .isEqualTo(tags(Tag.table("public.x")));
        assertThat(change("SELECT pg_logical_emit_message(true, 'tidemark.row', 'public.x:1')"))
                .isEqualTo(rows("public.x", "1"));
    }

    @Test
    void cascades_andWritesThatFireNoTriggers_areSeen() {
        change("INSERT INTO studio VALUES (1); INSERT INTO work VALUES (5, 1)");
        assertThat(change("DELETE FROM studio"))
                .isEqualTo(
                        Tags.of(
                                List.of(
                                        Tag.anyRow("public.studio"),
                                        Tag.row("public.studio", "1"),
                                        Tag.anyRow("public.work"),
                                        Tag.row("public.work", "5"))));
        assertThat(
                        change(
                                "SET session_replication_role = replica;"
                                        + " INSERT INTO film VALUES (77, 'r')"))
                .isEqualTo(rows("public.film", "77"));
    }

    @Test
    void newTable_isFollowed() {
        captures.database.execute("CREATE TABLE late (id int PRIMARY KEY)");
        Captures.await()
                .until(() ->
                        captures.database
                                .queryText(
                                        "SELECT count(*) FROM tidemark.followed"
                                                + " WHERE relid = 'late'::regclass")
                                .equals("1"));
        assertThat(change("INSERT INTO late VALUES (5)")).isEqualTo(rows("public.late", "5"));
    }

    @Test
    void stamp_isTheWritersXid() {
        Change change = captures.change(capture, "INSERT INTO film VALUES (42, 'x')");
        assertThat(change.stamp())
                .isEqualTo(
                        Long.parseLong(
                                captures.database.queryText(
                                        "SELECT xmin::text FROM film WHERE film_id = 42")));
    }
}

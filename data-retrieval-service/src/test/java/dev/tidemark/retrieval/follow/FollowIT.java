package dev.tidemark.retrieval.follow;

import static dev.tidemark.retrieval.Reply.tags;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.retrieval.Reply;
import dev.tidemark.retrieval.Service;
import dev.tidemark.retrieval.table.Catalogue;
import dev.tidemark.retrieval.table.LiveCatalogue;
import dev.tidemark.testing.Backends;
import dev.tidemark.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is followed, on a database whose owner runs the service: with event triggers. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FollowIT {

    private final TestDatabase database = Backends.postgres().freshDatabase();
    private Service service;
    private Followed followed;

    @BeforeAll
    void start() {
        database.execute(Service.resource("/follow.sql"));
        service = Service.start(Map.of("tidemark.database.url", database.url()));
        service.awaitReady();
        followed = new Followed(service, database);
        followed.awaitFollowed("/film");
        followed.awaitFollowed("/steady");
    }

    @AfterAll
    void stop() {
        service.close();
        database.execute(
                """
                SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots
                WHERE database = current_database() AND NOT active
                """);
    }

    private Map<String, String> followability() {
        Map<String, String> reasons = new TreeMap<>();
        Matcher entries =
                Pattern.compile(
                                "\\{\"table\":\"public\\.([^\"]*)\",\"followed\":(true|false),\"reason\":\"((?:[^\"\\\\]|\\\\.)*)\"}")
                        .matcher(service.send("GET", "/internal/v1/followability").body());
        while (entries.find()) {
            assertThat(entries.group(2)).isEqualTo(String.valueOf(entries.group(3).isEmpty()));
            reasons.put(entries.group(1), entries.group(3));
        }
        return reasons;
    }

    @ParameterizedTest
    @CsvSource({
        "keyless, public.keyless has no primary key",
        "deferrable_key, the primary key of public.deferrable_key is deferrable",
        "unlogged, public.unlogged is unlogged",
        "no_identity, public.no_identity has REPLICA IDENTITY NOTHING",
        "full_generated, public.full_generated has a generated column in its replica identity",
        "index_lost, public.index_lost has lost the index of its replica identity",
        "foreign_table, public.foreign_table is a foreign table",
        "film_count, public.film_count is a materialized view",
        "parted_badly, public.parted_badly_1 has REPLICA IDENTITY NOTHING",
        "parted_badly_1, public.parted_badly_1 has REPLICA IDENTITY NOTHING",
        "parted_mixed, public.parted_mixed_1 has another replica identity than its root",
        "'names', 'the column class is of type regclass, printed as a name that may change'",
        "recent, 'public.recent uses now(), which is not immutable'",
        "today, 'public.today uses CURRENT_DATE, CURRENT_USER or the like'",
        "clocked, 'public.clocked uses age(timestamp with time zone), which is not immutable'",
        "lottery, 'public.lottery uses random(), which is not immutable'",
        "sample, public.sample reads a random sample",
        "parsed, 'public.parsed reads text as timestamp with time zone, which may be ''now'''",
        "sized, 'public.sized reads pg_class, whose changes are not captured'",
        "over_recent, 'public.recent uses now(), which is not immutable'",
        "over_keyless, public.keyless has no primary key",
        "over_count, public.film_count is a materialized view",
        "by_untracked, 'public.by_untracked uses public.untracked(), which is not immutable'",
        "by_jitter, 'public.by_jitter uses public.jitter(integer,integer), which is not immutable'",
        "guarded, 'public.guarded by a row-level-security policy uses CURRENT_DATE, CURRENT_USER or the like'",
        "guarded_by_setting, 'public.guarded_by_setting by a row-level-security policy uses current_setting(text,boolean), which is not immutable'",
    })
    void whatCannotBeFollowed_hasAReason(String table, String reason) {
        assertThat(followability()).containsEntry(table, reason);
        if (!table.equals("foreign_table")) {
            assertThat(service.get("/" + table).internal().followed()).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "film",
                "film/1",
                "film/9",
                "film?title=like.A*",
                "full_identity",
                "index_identity",
                "parted",
                "parted/1",
                "parted_1",
                "parted_2_1",
                "vehicle",
                "truck",
                "titles",
                "nested",
                "steady",
                "constant",
                "by_trusted",
                "by_aggregate",
                "guarded_well",
                "unguarded",
                "of_hidden"
            })
    void whatCanBeFollowed_is(String target) {
        assertThat(service.get("/" + target).internal().followed()).isTrue();
    }

    /** The event trigger's rule, in SQL, and the catalogue's, in Java. */
    @Test
    void bothRules_agreeOnEveryTable() throws SQLException {
        Map<String, String> reasons = followability();
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement();
                var rows =
                        statement.executeQuery(
                                """
                                SELECT relname, tidemark.capture_obstacle(oid) FROM pg_class
                                WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'f', 'm')
                                  AND NOT relispartition AND NOT relrowsecurity AND relname <> 'names'
                                  AND relname !~ '^(doomed|gone|moved|changing|newcomer|uses|kept)'
                                """)) {
            int compared = 0;
            while (rows.next()) {
                assertThat(reasons.get(rows.getString(1)))
                        .as(rows.getString(1))
                        .matches(reason -> reason != null)
                        .satisfies(
                                rows.getString(2) == null
                                        ? reason -> assertThat(reason).isEmpty()
                                        : reason -> assertThat(reason).isNotEmpty());
                compared++;
            }
            assertThat(compared).isGreaterThan(15);
        }
    }

    @Test
    void filtersAndCasts_thatReadTheClockAreServedByTimeOnly() {
        assertThat(followed.isFollowed("/film?shown=lt.2025-01-01")).isTrue();
        assertThat(followed.isFollowed("/film?shown=lt.today")).isFalse();
        assertThat(followed.isFollowed("/film?shown=in.(2022-02-14,%20Yesterday)")).isFalse();
        assertThat(followed.isFollowed("/film?or=(film_id.eq.1,not.and(shown.gt.tomorrow))"))
                .isFalse();
        assertThat(followed.isFollowed("/film?title=eq.now")).isTrue();
        assertThat(followed.isFollowed("/film?select=shown::text")).isTrue();
        assertThat(followed.isFollowed("/film?select=shown::timestamptz")).isTrue();
        assertThat(followed.isFollowed("/film?select=title::date&limit=0")).isFalse();
    }

    @Test
    void heirWithAnotherKey_isTaggedByTable() {
        assertThat(service.get("/vehicle/1").internal().tags())
                .isEqualTo(
                        tags(
                                "public.vehicle:1",
                                "public.vehicle:*",
                                "public.truck",
                                "public.truck:*"));
    }

    /** Whoever wrote before the table was published may be missing in the log. */
    @Test
    void tableThatIsNew_isFollowedOnceOlderWritersHaveEnded() throws SQLException {
        try (Connection writer = database.connect()) {
            writer.setAutoCommit(false);
            writer.createStatement().execute("SELECT pg_current_xact_id()");
            database.execute("CREATE TABLE newcomer (id integer PRIMARY KEY)");
            Awaitility.await()
                    .atMost(Duration.ofSeconds(10))
                    .until(() -> {
                        followed.bring();
                        return followability().getOrDefault("newcomer", "?").isEmpty();
                    });
            assertThat(followed.isFollowed("/newcomer")).isFalse();
            writer.commit();
        }
        assertThat(followed.isFollowed("/newcomer")).isTrue();
    }

    @Test
    void version_leavesAnnouncedWritersOut() throws SQLException {
        try (Connection writer = database.connect();
                Connection other = database.connect()) {
            writer.setAutoCommit(false);
            long writing = xid(writer);
            assertThat(service.get("/film/1").internal().version().xmin()).isEqualTo(writing);

            database.execute(
                    "UPDATE tidemark.incarnation SET announced = '{%d}'".formatted(writing));
            long version = service.get("/film/1").internal().version().xmin();
            assertThat(version).isGreaterThan(writing);
            other.setAutoCommit(false);
            long second = xid(other);
            database.execute("CREATE TABLE IF NOT EXISTS uses_an_xid ()");
            assertThat(service.get("/film/1").internal().version().xmin())
                    .as("the lowest that is not announced")
                    .isEqualTo(second);
            other.rollback();
            writer.rollback();
        } finally {
            database.execute("UPDATE tidemark.incarnation SET announced = '{}'");
        }
    }

    private static long xid(Connection connection) throws SQLException {
        try (var row = connection.createStatement().executeQuery("SELECT pg_current_xact_id()")) {
            row.next();
            return Long.parseLong(row.getString(1));
        }
    }

    @Test
    void noIncarnation_nothingIsFollowed() {
        database.execute(
                "CREATE TABLE kept AS SELECT * FROM tidemark.incarnation; DELETE FROM"
                        + " tidemark.incarnation");
        try {
            Reply reply = service.get("/film/1");
            assertThat(reply.status()).isEqualTo(200);
            assertThat(reply.internal().followed()).isFalse();
            assertThat(reply.internal().identity().incarnation()).isZero();
        } finally {
            database.execute(
                    "INSERT INTO tidemark.incarnation SELECT * FROM kept; DROP TABLE kept");
        }
        assertThat(followed.isFollowed("/film/1")).isTrue();
    }

    /** Each names its object %1$s, and its helpers after it. */
    private static final List<List<String>> CHANGES =
            List.of(
                    List.of(
                            "CREATE VIEW %1$s AS SELECT name FROM actor",
                            "CREATE OR REPLACE VIEW %1$s AS SELECT name FROM actor_old"),
                    List.of(
                            "CREATE VIEW %1$s_ AS SELECT name FROM actor;"
                                    + " CREATE VIEW %1$s AS SELECT * FROM %1$s_",
                            "CREATE OR REPLACE VIEW %1$s_ AS SELECT name FROM actor_old"),
                    List.of(
                            "CREATE FUNCTION %1$s_() RETURNS int IMMUTABLE LANGUAGE sql AS"
                                    + " 'SELECT 1'; CREATE VIEW %1$s AS SELECT %1$s_()",
                            "CREATE OR REPLACE FUNCTION %1$s_() RETURNS int STABLE LANGUAGE sql AS"
                                    + " 'SELECT count(*)::int FROM public.actor'"),
                    List.of(
                            "CREATE TABLE %1$s (id int PRIMARY KEY)",
                            "CREATE TABLE %1$s_ () INHERITS (%1$s)"),
                    List.of(
                            "CREATE TABLE %1$s (id int PRIMARY KEY);"
                                    + " CREATE TABLE %1$s_ (PRIMARY KEY (id)) INHERITS (%1$s)",
                            "CREATE TABLE %1$s_2 (PRIMARY KEY (id)) INHERITS (%1$s)"),
                    List.of(
                            "CREATE TABLE %1$s (id int PRIMARY KEY) PARTITION BY RANGE (id);"
                                    + " CREATE TABLE %1$s_ PARTITION OF %1$s FOR VALUES FROM (0) TO"
                                    + " (9)",
                            "CREATE TABLE %1$s_2 PARTITION OF %1$s FOR VALUES FROM (9) TO (19)"),
                    List.of(
                            "CREATE TABLE %1$s (id int PRIMARY KEY)",
                            "ALTER TABLE %1$s ENABLE ROW LEVEL SECURITY"),
                    List.of(
                            "CREATE TABLE %1$s (id int PRIMARY KEY);"
                                    + " ALTER TABLE %1$s ENABLE ROW LEVEL SECURITY",
                            "CREATE POLICY p ON %1$s USING (id = (SELECT count(*) FROM"
                                    + " actor_old))"),
                    List.of(
                            "CREATE TABLE %1$s (id int PRIMARY KEY, n int NOT NULL)",
                            "ALTER TABLE %1$s DROP CONSTRAINT %1$s_pkey, ADD PRIMARY KEY (n)"),
                    List.of(
                            "CREATE TABLE %1$s (id int PRIMARY KEY)",
                            "ALTER TABLE %1$s ADD COLUMN n int"),
                    List.of(
                            "CREATE TABLE %1$s (id int PRIMARY KEY);"
                                    + " CREATE TABLE %1$s_ (id int PRIMARY KEY)",
                            "ALTER TABLE %1$s RENAME TO %1$s_was;"
                                    + " ALTER TABLE %1$s_ RENAME TO %1$s"));

    /** The catalogue is read every 30 s; the very next answer must know better. */
    @Test
    void answerByAnOlderCatalogue_isNotFollowed() {
        for (int i = 0; i < CHANGES.size(); i++) {
            database.execute(CHANGES.get(i).getFirst().formatted("changing" + i));
        }
        for (int i = 0; i < CHANGES.size(); i++) {
            awaitKnown("/changing" + i);
            followed.awaitFollowed("/changing" + i);
        }
        int checked = 0;
        for (int i = 0; i < CHANGES.size(); i++) {
            String change = CHANGES.get(i).getLast().formatted("changing" + i);
            Optional<Catalogue> before = service.bean(LiveCatalogue.class).current();
            database.execute(change);
            boolean isFollowed = followed.isFollowed("/changing" + i);
            // The previous change had it read again, which may have ended just now.
            if (service.bean(LiveCatalogue.class).current().equals(before)) {
                assertThat(isFollowed).as(change).isFalse();
                checked++;
            }
        }
        assertThat(checked).isGreaterThan(CHANGES.size() / 2);
    }

    private void awaitKnown(String target) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> service.get(target).status() == 200);
    }

    @Test
    void tableThatLosesItsIdentity_leavesBeforeTheNextUpdateFails() {
        followed.awaitFollowed("/doomed/1");
        database.execute("ALTER TABLE doomed DROP CONSTRAINT doomed_pkey; UPDATE doomed SET n = 2");
        assertThat(followed.isFollowed("/doomed")).isFalse();
        database.execute("ALTER TABLE doomed ADD PRIMARY KEY (id)");
        followed.awaitFollowed("/doomed");
        database.execute("ALTER TABLE doomed REPLICA IDENTITY NOTHING; UPDATE doomed SET n = 3");
        assertThat(followed.isFollowed("/doomed")).isFalse();
    }

    /** As where the role may not make event triggers. */
    @Test
    void tableThatLosesItsIdentityUnseen_leavesWhenItIsLookedAt() throws SQLException {
        followed.awaitFollowed("/doomed_unseen/1");
        database.execute(
                """
                ALTER EVENT TRIGGER tidemark_ddl DISABLE;
                ALTER EVENT TRIGGER tidemark_drop DISABLE;
                ALTER TABLE doomed_unseen DROP CONSTRAINT doomed_unseen_pkey;
                """);
        try {
            String slot = slot("unseen");
            followed.bring();
            database.execute("UPDATE doomed_unseen SET n = 2");
            assertThat(followed.messages(slot)).contains("tidemark.table public.doomed_unseen");

            awaitTold(slot, "ALTER TABLE actor_old RENAME COLUMN name TO called", "actor_old");
            database.execute("ALTER TABLE actor_old RENAME COLUMN called TO name");
            awaitTold(slot, "ALTER TYPE address ADD ATTRIBUTE number integer", "dwellers");
            awaitTold(slot, "ALTER TYPE humour RENAME VALUE 'dry' TO 'wry'", "jokes");
        } finally {
            database.execute(
                    """
                    ALTER EVENT TRIGGER tidemark_ddl ENABLE ALWAYS;
                    ALTER EVENT TRIGGER tidemark_drop ENABLE ALWAYS;
                    """);
        }
    }

    private void awaitTold(String slot, String change, String table) throws SQLException {
        followed.bring();
        followed.messages(slot);
        database.execute(change);
        StringBuilder told = new StringBuilder();
        Awaitility.await(change)
                .atMost(Duration.ofSeconds(10))
                .until(() -> {
                    followed.bring();
                    told.append(followed.messages(slot));
                    return told.toString().contains("tidemark.table public." + table + "\n")
                            && told.toString().contains("tidemark.schema");
                });
    }

    /** The catalogue that knows what an earlier test changed may only be read just now. */
    private void awaitNothingLeftToTell(String slot) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .until(() -> {
                    followed.bring();
                    return followed.messages(slot).isEmpty();
                });
    }

    private String slot(String name) {
        String slot = "follow_" + name;
        database.execute(
                "SELECT pg_create_logical_replication_slot('%s', 'pgoutput')".formatted(slot));
        return slot;
    }

    /** PostgreSQL sends nothing of it where partitions are published as their root. */
    @Test
    void truncatedPartition_isToldWhenItIsLookedAt() throws SQLException {
        followed.awaitFollowed("/parted");
        String slot = slot("truncated");
        awaitNothingLeftToTell(slot);
        database.execute("TRUNCATE parted_1");
        followed.bring();
        assertThat(followed.messages(slot)).contains("tidemark.table public.parted\n");
    }

    @Test
    void ddl_isToldInItsOwnTransaction() throws SQLException {
        database.execute(
                """
                CREATE TYPE mood AS ENUM ('good', 'bad');
                CREATE TABLE moved (id integer PRIMARY KEY, mood mood);
                CREATE TABLE moved_parts (id integer PRIMARY KEY) PARTITION BY RANGE (id);
                CREATE TABLE moved_part PARTITION OF moved_parts FOR VALUES FROM (0) TO (9);
                """);
        awaitKnown("/moved_parts");
        followed.awaitFollowed("/moved_parts");
        String slot = slot("ddl");
        Map<String, String> expected = new TreeMap<>();
        for (List<String> change :
                List.of(
                        List.of("ALTER TABLE film ALTER COLUMN title SET DEFAULT 'x'", "film"),
                        List.of(
                                "CREATE OR REPLACE VIEW titles AS SELECT film_id, title FROM film",
                                "titles"),
                        List.of("ALTER FUNCTION trusted(text) COST 7", "by_trusted"),
                        List.of("ALTER TYPE mood RENAME VALUE 'bad' TO 'worse'", "moved"),
                        List.of("ALTER TYPE address RENAME ATTRIBUTE street TO road", "dwellers"),
                        List.of("CREATE POLICY one ON unguarded USING (true)", "unguarded"),
                        List.of("DROP POLICY one ON unguarded", "unguarded"),
                        List.of("DROP TABLE moved_part", "moved_parts"),
                        List.of("ALTER TABLE moved RENAME TO moved_on", "moved"),
                        List.of("REFRESH MATERIALIZED VIEW film_count", "film_count"),
                        List.of("DROP TABLE gone", "gone"))) {
            database.execute(change.getFirst());
            String messages = followed.messages(slot);
            if (!messages.contains("tidemark.table public." + change.getLast() + "\n")
                    || !messages.contains("tidemark.schema ")) {
                expected.put(change.getFirst(), messages);
            }
        }
        assertThat(expected).isEmpty();
        database.execute(
                "CREATE TEMP TABLE passing (id int PRIMARY KEY); DROP TABLE passing;"
                        + " COMMENT ON TABLE film IS 'x'");
        assertThat(followed.messages(slot)).isEmpty();
    }

    @Test
    void policy_isToldAndTakesEffectAtOnce() {
        String slot = slot("policy");
        assertThat(service.get("/actor/1").internal().cacheable()).isTrue();

        database.execute(
                "INSERT INTO tidemark.cache_policy (table_name, cacheable) VALUES ('actor', false)");
        assertThat(service.get("/actor/1").internal().cacheable()).isFalse();
        assertThat(followed.messages(slot)).contains("tidemark.table public.actor");
        Awaitility.await()
                .atMost(Duration.ofSeconds(5))
                .until(() -> service.get("/film/1").internal().cacheable());
        assertThat(service.get("/actor/1").internal().cacheable()).isFalse();

        database.execute("UPDATE tidemark.cache_policy SET table_name = 'public.truck'");
        assertThat(followed.messages(slot)).contains("public.actor", "public.truck");
        database.execute("TRUNCATE tidemark.cache_policy");
        assertThat(followed.messages(slot)).contains("public.truck");
        Awaitility.await()
                .atMost(Duration.ofSeconds(5))
                .until(() -> service.get("/actor/1").internal().cacheable());
    }

    @Test
    void gauge_countsWhatIsFollowed() {
        assertThat(service.management("/actuator/prometheus").body())
                .containsPattern("tidemark_followed_tables \\d\\d");
    }
}

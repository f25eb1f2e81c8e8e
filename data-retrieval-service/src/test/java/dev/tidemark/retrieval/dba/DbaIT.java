package dev.tidemark.retrieval.dba;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.common.log.LogRecord.Content;
import dev.tidemark.common.tag.Tag;
import dev.tidemark.common.tag.Tags;
import dev.tidemark.retrieval.Reply;
import dev.tidemark.retrieval.Service;
import dev.tidemark.retrieval.change.FakeLog;
import dev.tidemark.testing.Backends;
import dev.tidemark.testing.TestDatabase;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/** A DBA's way with Tidemark, from the first look to the last trace. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DbaIT {

    /** All that a database holds, but for privileges. */
    private static final String EVERYTHING =
            """
            SELECT string_agg(what, E'\\n' ORDER BY what) FROM (
              SELECT 'schema ' || nspname AS what FROM pg_namespace WHERE nspname !~ '^pg_(temp|toast_temp)_'
              UNION ALL SELECT 'relation ' || oid::regclass || ' ' || relreplident::text FROM pg_class
              UNION ALL SELECT 'function ' || oid::regprocedure FROM pg_proc
              UNION ALL SELECT 'type ' || oid::regtype FROM pg_type
              UNION ALL SELECT 'trigger ' || tgname FROM pg_trigger
              UNION ALL SELECT 'event trigger ' || evtname FROM pg_event_trigger
              UNION ALL SELECT 'publication ' || pubname FROM pg_publication
              UNION ALL SELECT 'published ' || prrelid::regclass FROM pg_publication_rel
              UNION ALL SELECT 'slot ' || slot_name FROM pg_replication_slots
                        WHERE database = current_database()
              UNION ALL SELECT 'setting ' || setrole || setdatabase FROM pg_db_role_setting
            ) w
            """;

    private static final String READER = "dba_it_reader";
    private static final String CAPTURE = "dba_it_capture";
    private static final String SLOT = "dba_it";

    private final TestDatabase database = Backends.postgres().freshDatabase();
    private String before = "";

    /** What a command said. */
    private record Said(int status, String out, String err) {}

    @BeforeAll
    void makeDatabase() {
        database.execute(
                """
                CREATE TABLE film (film_id integer PRIMARY KEY, title text, secret text);
                INSERT INTO film SELECT n, 'Film ' || n FROM generate_series(1, 3) n;
                CREATE TABLE rated (rating numeric PRIMARY KEY);
                CREATE TABLE parted (day date, n integer, PRIMARY KEY (day, n)) PARTITION BY RANGE (day);
                CREATE TABLE parted_2026 PARTITION OF parted FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
                INSERT INTO parted VALUES ('2026-03-01', 7);
                CREATE TABLE "Odd %s ""Name""\" (id integer PRIMARY KEY);
                CREATE TABLE keyless (n integer);
                CREATE VIEW recent AS SELECT title FROM film WHERE now() IS NOT NULL;
                CREATE VIEW titles AS SELECT title FROM film;
                """);
        before = database.queryText(EVERYTHING);
    }

    @AfterAll
    void dropRoles() {
        database.execute(
                "DROP OWNED BY %1$s, %2$s; DROP ROLE %1$s, %2$s".formatted(READER, CAPTURE));
    }

    private Said run(TestDatabase as, String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--database-url", as.url(), "--slot", SLOT));
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int status =
                DbaCommands.run(
                        new PrintWriter(out), new PrintWriter(err), all.toArray(String[]::new));
        return new Said(status, out.toString(), err.toString());
    }

    @Test
    @Order(1)
    void doctor_forARoleThatMayOnlyRead_saysWhatIsMissing_andWritesNothing() {
        database.execute(
                """
                CREATE ROLE %1$s LOGIN PASSWORD 'x';
                GRANT SELECT ON film, recent TO %1$s;
                """
                        .formatted(READER));
        Said said = run(database.withUser(READER, "x"), "doctor");

        assertThat(said.err()).isEmpty();
        assertThat(said.out())
                .contains(
                        "ok     wal_level      logical",
                        "WRONG  replication    dba_it_reader may not replicate",
                        "> ALTER ROLE \"dba_it_reader\" REPLICATION;",
                        "WRONG  schema         'tidemark' is not there, and dba_it_reader may not make it",
                        "WRONG  publication    'tidemark' is not there",
                        "WAL kept       max_slot_wal_keep_size is ",
                        "time only  public.film    public.film is not in the publication, and only"
                                + " its owner postgres can add it",
                        "time only  public.recent  public.recent uses now(), which is not immutable",
                        "Changes cannot be captured until what is WRONG is put right")
                .doesNotContain("keyless");
        assertThat(said.status()).isEqualTo(1);
        assertThat(database.queryText(EVERYTHING)).isEqualTo(before);
    }

    @Test
    @Order(2)
    void doctor_forASuperuser_isContent_andTellsWhatWouldBeTimeOnly() {
        Said said = run(database, "doctor");

        assertThat(said.status()).as(said.out()).isZero();
        assertThat(said.out())
                .contains(
                        "followable public.film",
                        "followable public.parted",
                        "time only  public.keyless",
                        "public.keyless has no primary key",
                        "Changes can be captured. 6 of 8 tables and views can be followed, 2 are")
                .doesNotContain("WRONG");
        assertThat(run(database, "doctor", "--json").out())
                .contains(
                        "\"level\" : \"ok\"",
                        "\"name\" : \"public.keyless\"",
                        "\"state\" : \"time_only\"",
                        "\"reason\" : \"public.keyless has no primary key\"");
        assertThat(run(database, "doctor", "--schemas", "nope").err())
                .isEqualTo("tidemark: --schemas: there is no schema nope; there are public\n");
        assertThat(run(database, "doctor", "--hide", "film.nope").err())
                .startsWith("tidemark: --hide: there is no table or column film.nope in public");
        assertThat(database.queryText(EVERYTHING)).isEqualTo(before);
    }

    @Test
    @Order(3)
    void doctor_seesWhatElseIsInTheWay() {
        database.execute("CREATE PUBLICATION everything FOR ALL TABLES");
        TestDatabase other = Backends.postgres().freshDatabase();
        other.execute(
                "SELECT pg_create_logical_replication_slot('%s', 'pgoutput')".formatted(SLOT));
        try {
            Said said = run(database, "doctor", "--publication", "everything");
            assertThat(said.status()).isEqualTo(1);
            assertThat(said.out())
                    .contains(
                            "WRONG  publication    'everything' is FOR ALL TABLES",
                            "WRONG  slot           'dba_it' is another database's or another program's");
            assertThat(run(database, "drop", "--yes").out())
                    .contains(
                            "the replication slot 'dba_it' is the database " + other.name() + "'s");
        } finally {
            other.execute("SELECT pg_drop_replication_slot('%s')".formatted(SLOT));
            database.execute("DROP PUBLICATION everything");
        }
    }

    @Test
    @Order(4)
    void prepared_twoRolesOfFewRights_follow_purge_andNothingIsLeftByDrop() {
        Said prepared = prepare();
        assertThat(prepared.out())
                .contains(
                        "CREATE ROLE \"dba_it_capture\" LOGIN REPLICATION;",
                        "GRANT SELECT (\"film_id\", \"title\") ON TABLE \"public\".\"film\" TO",
                        "-- not published: public.keyless has no primary key",
                        "\\password dba_it_capture")
                .doesNotContain("CREATE ROLE \"dba_it_reader\"");
        database.execute(prepared.out());
        database.execute("ALTER ROLE %s PASSWORD 'y'".formatted(CAPTURE));
        assertThat(prepare().out())
                .as("what is there is not made again")
                .doesNotContain("CREATE", "ALTER PUBLICATION", "flyway");

        TestDatabase reader = database.withUser(READER, "x");
        TestDatabase capture = database.withUser(CAPTURE, "y");
        Said doctor =
                run(reader, "doctor", "--replication-url", capture.url(), "--hide", "film.title");
        assertThat(doctor.status()).as(doctor.out()).isZero();
        assertThat(run(reader, "purge", "film").err())
                .startsWith("tidemark: nobody captures this database's changes");

        try (FakeLog log = new FakeLog();
                Service service =
                        Service.start(
                                Map.of(
                                        "tidemark.database.url", reader.url(),
                                        "tidemark.replication.url", capture.url(),
                                        "tidemark.change.slot", SLOT,
                                        "tidemark.cache.addresses", log.address().toString()))) {
            service.awaitReady();
            for (String target : List.of("/film/1", "/parted", "/titles", "/rated")) {
                Awaitility.await()
                        .atMost(Duration.ofSeconds(30))
                        .until(() -> service.get(target).internal().followed());
            }
            assertThat(service.get("/keyless").internal().followed()).isFalse();
            assertThat(run(reader, "doctor", "--replication-url", capture.url()).out())
                    .contains("followed   public.film", "is read by process");
            purges(reader, service, log);
            Said refused = run(database, "drop", "--yes");
            assertThat(refused.status()).isEqualTo(1);
            assertThat(refused.err())
                    .contains("reads the replication slot 'dba_it': stop Tidemark first");
        }
        drop();
    }

    private Said prepare() {
        return run(
                database,
                "prepare",
                "--reader",
                READER,
                "--capture",
                CAPTURE,
                "--hide",
                "film.secret");
    }

    private void purges(TestDatabase reader, Service service, FakeLog log) {
        purge(reader, log, "film/01", "public.film:1", "public.film");
        purge(reader, log, "public.film/ 2", "public.film:2", "public.film");
        purge(reader, log, "parted/2026-3-1,07", "public.parted:\"2026-03-01\",\"7\"");
        purge(reader, log, "parted_2026", "public.parted:*");
        purge(reader, log, "titles", "public.titles:*");
        // 1.5 and 1.50 are one key, and only the row knows which it has.
        purge(reader, log, "rated/1.5", "public.rated:*");

        Reply reply = purgeOverHttp(service, "{\"target\": \"film/3\"}");
        assertThat(reply.body()).isEqualTo("{\"tag\":\"public.film:3\",\"heard\":\"now\"}");
        awaitTold(log, 0, "public.film:3");

        assertThat(run(reader, "purge", "flim").err())
                .isEqualTo(
                        "tidemark: Could not find the table 'public.flim' in the schema cache"
                                + " (Perhaps you meant the table 'public.film')\n");
        assertThat(run(reader, "purge", "film/one").err())
                .isEqualTo(
                        "tidemark: the value 'one' does not fit the column 'film_id', which is of"
                                + " type integer\n");
        assertThat(run(reader, "purge", "film/1,2").err())
                .contains("the key of 'film' has 1 part (film_id), and 2 are given");
        assertThat(run(reader, "purge", "titles/1").err()).contains("has no primary key");
        assertThat(purgeOverHttp(service, "{\"target\": \"nope/1\"}").status()).isEqualTo(404);
        assertThat(purgeOverHttp(service, "{\"target\": \"film/x\"}").status()).isEqualTo(400);
        assertThat(purgeOverHttp(service, "{}").status()).isEqualTo(400);
    }

    private void purge(TestDatabase reader, FakeLog log, String target, String... tags) {
        int records = log.records().size();
        assertThat(run(reader, "purge", target))
                .isEqualTo(new Said(0, "Purged " + tags[0] + "\n", ""));
        awaitTold(log, records, tags);
    }

    private static Reply purgeOverHttp(Service service, String body) {
        return service.exchange(
                "POST",
                service.port(),
                "/internal/v1/purges",
                HttpRequest.BodyPublishers.ofString(body),
                "Content-Type",
                "application/json");
    }

    private static void awaitTold(FakeLog log, int from, String... texts) {
        for (String text : texts) {
            Awaitility.await()
                    .atMost(Duration.ofSeconds(10))
                    .until(() ->
                            log.records().stream()
                                    .skip(from)
                                    .anyMatch(record ->
                                            record.content() instanceof Content.Changed changed
                                                    && has(changed.change().tags(), text)));
        }
    }

    private static boolean has(Tags tags, String text) {
        return IntStream.range(0, tags.size()).anyMatch(i -> tags.hash(i) == new Tag(text).hash());
    }

    private void drop() {
        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .until(() ->
                        database.queryText(
                                        "SELECT count(*) FROM pg_stat_activity WHERE application_name"
                                                + " ~ '^tidemark' AND datname = current_database()")
                                .equals("0"));
        String full = database.queryText(EVERYTHING);
        assertThat(run(database.withUser(READER, "x"), "purge", "film").out())
                .isEqualTo(
                        "Purged public.film:*: nobody reads the replication slot 'dba_it' now, so the"
                                + " caches hear of it when somebody does\n");
        Said wouldBe = run(database, "drop", "--reader", READER, "--capture", CAPTURE);
        assertThat(wouldBe.out())
                .startsWith("-- Would be removed; --yes does it:\n")
                .contains(
                        "SELECT pg_drop_replication_slot('dba_it');",
                        "DROP EVENT TRIGGER \"tidemark_ddl\";",
                        "DROP EVENT TRIGGER \"tidemark_drop\";",
                        "DROP PUBLICATION \"tidemark\";",
                        "DROP SCHEMA tidemark CASCADE;",
                        "DROP OWNED BY \"dba_it_capture\"; DROP ROLE \"dba_it_capture\";");
        assertThat(database.queryText(EVERYTHING)).isEqualTo(full);
        assertThat(run(database.withUser(READER, "x"), "drop", "--yes").err())
                .startsWith("tidemark: PostgreSQL refuses ");
        assertThat(database.queryText(EVERYTHING)).as("all or nothing").isEqualTo(full);

        assertThat(run(database, "drop", "--yes").status()).isZero();
        assertThat(database.queryText(EVERYTHING)).isEqualTo(before);
        assertThat(run(database, "drop").out())
                .startsWith("-- Nothing of Tidemark is in this database.");
    }
}

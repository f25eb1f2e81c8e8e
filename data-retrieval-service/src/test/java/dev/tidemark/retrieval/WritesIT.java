package dev.tidemark.retrieval;

import static dev.tidemark.retrieval.Reply.tags;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.common.tag.Tags;
import dev.tidemark.common.wire.WrittenHeaders;
import dev.tidemark.retrieval.CommitCuttingProxy.Cut;
import dev.tidemark.testing.Backends;
import dev.tidemark.testing.TestDatabase;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Writes, as PostgREST's clients send them, to a real PostgreSQL. */
@SuppressWarnings("NullAway.Init")
class WritesIT {

    private static final String[] REPRESENTATION = {"Prefer", "return=representation"};

    private static TestDatabase database;
    private static CommitCuttingProxy proxy;
    private static Service service;

    @BeforeAll
    static void start() throws IOException {
        database = Backends.postgres().freshDatabase();
        database.execute(Service.resource("/writes.sql"));
        // So that Tidemark's own schema can be made.
        database.execute("GRANT CREATE ON DATABASE " + database.name() + " TO tidemark_writer");
        proxy = new CommitCuttingProxy(database.host(), database.port());
        service =
                Service.start(
                        Map.of(
                                "tidemark.database.url",
                                "postgresql://tidemark_writer:writer@127.0.0.1:"
                                        + proxy.port()
                                        + "/"
                                        + database.name(),
                                "tidemark.hide",
                                "author.secret",
                                "tidemark.writable",
                                "author,public.book,payment,place,moved,many,keyless,late,job,slow,"
                                        + "blank,strict,counter,free,author_name,not_granted",
                                "tidemark.freshness.refresh-interval",
                                "100ms"));
        service.awaitReady();
    }

    @AfterAll
    static void stop() throws IOException {
        service.close();
        proxy.close();
    }

    private static Reply write(String method, String target, String body, String... headers) {
        return service.write(method, target, body, headers);
    }

    private static WrittenHeaders written(Reply reply) {
        return WrittenHeaders.parse(name -> reply.headers().allValues(name)).orElseThrow();
    }

    private static String text(String sql) {
        return database.queryText(sql);
    }

    @Test
    void insertOfOneRow_isCreatedAndTellsWhereItIs() {
        Reply reply =
                write(
                        "POST",
                        "/author?select=id,name,notes,tags,extra",
                        "{\"name\": \"Ünï \\\"x\\\"\", \"tags\": [\"a\", \"b,c\"], \"extra\": {\"k\": [1]},"
                                + " \"Odd \\\"name\": 7}",
                        REPRESENTATION);

        assertThat(reply.status()).as(reply.toString()).isEqualTo(201);
        String id = text("SELECT id FROM author WHERE name = 'Ünï \"x\"' AND \"Odd \"\"name\" = 7");
        assertThat(reply.body())
                .isEqualTo(
                        "[{\"id\":"
                                + id
                                + ",\"name\":\"Ünï \\\"x\\\"\",\"notes\":\"none\","
                                + "\"tags\":[\"a\",\"b,c\"],\"extra\":{\"k\": [1]}}]");
        assertThat(reply.header("Location")).isEqualTo("/rest/v1/author/" + id);
        assertThat(reply.header("Content-Range")).isEqualTo("*/*");
        assertThat(reply.header("Content-Type")).startsWith("application/json");
        WrittenHeaders written = written(reply);
        assertThat(written.tags()).isEqualTo(tags("public.author:" + id, "public.author"));
        assertThat(written.stamp())
                .isEqualTo(Long.parseLong(text("SELECT xmin FROM author WHERE id = " + id)));
        assertThat(written.lsn().position()).isPositive();
        assertThat("" + written.identity().incarnation())
                .isEqualTo(text("SELECT number FROM tidemark.incarnation"));
        assertThat(written.identity().systemIdentifier()).isNotZero();
    }

    @Test
    void returnMinimalAndHeadersOnly_haveNoBody() {
        for (String preference : List.of("return=minimal", "return=headers-only")) {
            Reply reply =
                    write(
                            "POST",
                            "/author",
                            "{\"name\": \"" + preference + "\"}",
                            "Prefer",
                            preference + ", count=exact");

            assertThat(reply.status()).isEqualTo(201);
            assertThat(reply.body()).isEmpty();
            assertThat(reply.header("Location")).startsWith("/rest/v1/author/1");
            assertThat(reply.header("Content-Range")).isEqualTo("*/1");
        }
    }

    @Test
    void bulkInsert_isOneStatement_andAllOrNothing() {
        Reply inserted =
                write(
                        "POST",
                        "/book?columns=author_id,no,title",
                        "[{\"author_id\":1,\"no\":1,\"title\":\"A\",\"ignored\":true},"
                                + "{\"author_id\":1,\"no\":2}]",
                        REPRESENTATION);
        Reply refused =
                write("POST", "/book", "[{\"author_id\":1,\"no\":3},{\"author_id\":1,\"no\":1}]");

        assertThat(inserted.status()).as(inserted.toString()).isEqualTo(201);
        assertThat(inserted.body())
                .isEqualTo(
                        "[{\"author_id\":1,\"no\":1,\"title\":\"A\"},\n"
                                + "{\"author_id\":1,\"no\":2,\"title\":null}]");
        assertThat(inserted.header("Location")).isEmpty();
        assertThat(written(inserted).tags())
                .isEqualTo(
                        tags("public.book:\"1\",\"1\"", "public.book:\"1\",\"2\"", "public.book"));
        assertThat(refused.status()).isEqualTo(409);
        assertThat(text("SELECT count(*) FROM book WHERE author_id = 1")).isEqualTo("2");
    }

    @Test
    void missingDefault_givesEachRowWhatItDoesNotName() {
        String rows =
                "[{\"name\":\"m1\",\"notes\":\"own\"},{\"name\":\"m2\"},{\"name\":\"m3\",\"notes\":null}]";
        Reply defaults =
                write(
                        "POST",
                        "/author?columns=name,notes&select=name,notes",
                        rows,
                        "Prefer",
                        "return=representation, missing=default");
        Reply nulls =
                write(
                        "POST",
                        "/author?columns=name,notes&select=name,notes",
                        rows.replace("\"m", "\"n"),
                        REPRESENTATION);

        assertThat(defaults.body().replace("\n", ""))
                .contains("{\"name\":\"m1\",\"notes\":\"own\"}")
                .contains("{\"name\":\"m2\",\"notes\":\"none\"}")
                .contains("{\"name\":\"m3\",\"notes\":null}");
        assertThat(nulls.body()).as(nulls.toString()).contains("\"notes\":null}");
        assertThat(text("SELECT notes FROM author WHERE name = 'n2'")).isEqualTo("null");
    }

    @Test
    void rowsOfNothing_areDefaults() {
        assertThat(write("POST", "/blank", "{}").header("Location")).isEqualTo("/rest/v1/blank/1");
        Reply two = write("POST", "/blank", "[{},{}]", REPRESENTATION);
        Reply none = write("POST", "/blank", "[]", REPRESENTATION);

        assertThat(two.body()).isEqualTo("[{\"id\":2,\"what\":null},\n{\"id\":3,\"what\":null}]");
        assertThat(none.status()).isEqualTo(201);
        assertThat(none.body()).isEqualTo("[]");
        assertThat(written(none).tags()).isEqualTo(Tags.NONE);
        assertThat(write("POST", "/blank", "{\"id\": 9}").status()).isEqualTo(400);
    }

    @Test
    void upsert_mergesOrIgnores() {
        String rows = "[{\"id\":1,\"n\":10},{\"id\":2,\"n\":20}]";
        assertThat(write("POST", "/free?columns=id,n", rows).status()).isEqualTo(409);
        Reply ignored =
                write(
                        "POST",
                        "/free",
                        "[{\"id\":1,\"n\":10},{\"id\":30,\"n\":30}]",
                        "Prefer",
                        "resolution=ignore-duplicates, return=representation");
        Reply merged =
                write(
                        "POST",
                        "/free",
                        rows,
                        "Prefer",
                        "resolution=merge-duplicates, return=representation");
        Reply mixed =
                write(
                        "POST",
                        "/free",
                        "[{\"id\":1,\"n\":11},{\"id\":31,\"n\":31}]",
                        "Prefer",
                        "resolution=merge-duplicates");

        assertThat(ignored.status()).as(ignored.toString()).isEqualTo(201);
        assertThat(ignored.body()).isEqualTo("[{\"id\":30,\"n\":30}]");
        assertThat(merged.status()).isEqualTo(200);
        assertThat(merged.body()).isEqualTo("[{\"id\":1,\"n\":10},\n{\"id\":2,\"n\":20}]");
        assertThat(merged.header("Location")).isEmpty();
        assertThat(mixed.status()).isEqualTo(201);
        assertThat(text("SELECT n FROM free WHERE id = 1")).isEqualTo("11");
        assertThat(
                        write(
                                        "POST",
                                        "/free?on_conflict=n",
                                        rows,
                                        "Prefer",
                                        "resolution=merge-duplicates")
                                .body())
                .contains("42P10");
    }

    @Test
    void upsertByAnotherKey_mayMoveTheRowsOwn_soTheTableIsTold() {
        Reply reply =
                write(
                        "POST",
                        "/moved?on_conflict=label",
                        "{\"id\":77,\"label\":\"label 3\"}",
                        "Prefer",
                        "resolution=merge-duplicates");

        assertThat(reply.status()).as(reply.toString()).isEqualTo(200);
        assertThat(written(reply).tags()).isEqualTo(tags("public.moved:*"));
        assertThat(text("SELECT id FROM moved WHERE label = 'label 3'")).isEqualTo("77");
    }

    @Test
    void partitionedTable_isWrittenUnderItsRootsName() {
        String row = "{\"id\":1,\"paid\":\"2022-05-01\",\"amount\":5}";
        Reply first = write("PUT", "/payment/2022-05-01,1", row, REPRESENTATION);
        Reply again = write("PUT", "/payment/2022-5-1,01", row.replace("5}", "6}"));
        Reply part = write("PATCH", "/payment?id=eq.1", "{\"paid\":\"2023-05-01\"}");

        assertThat(first.status()).as(first.toString()).isEqualTo(201);
        assertThat(first.header("Location")).isEqualTo("/rest/v1/payment/2022-05-01,1");
        assertThat(first.header("ETag")).matches("\"[0-9a-f]{32}-[0-9a-f]{16}\"");
        assertThat(again.status()).as(again.toString()).isEqualTo(204);
        assertThat(written(again).tags())
                .isEqualTo(tags("public.payment:\"2022-05-01\",\"1\"", "public.payment"));
        assertThat(written(part).tags())
                .as(part.toString())
                .isEqualTo(
                        tags(
                                "public.payment:\"2022-05-01\",\"1\"",
                                "public.payment:\"2023-05-01\",\"1\"",
                                "public.payment"));
    }

    @Test
    void update_changesWhatTheFilterChooses() {
        Reply minimal =
                write("PATCH", "/author?id=in.(2,3)&name=like.Auth*", "{\"notes\":\"seen\"}");
        Reply representation =
                write(
                        "PATCH",
                        "/author?or=(id.eq.2,id.eq.3)&select=id,n:notes",
                        "{\"notes\":\"again\",\"born\":1850}",
                        "Prefer",
                        "return=representation, count=exact");
        Reply none = write("PATCH", "/author?id=eq.999999", "{\"notes\":\"x\"}");

        assertThat(minimal.status()).as(minimal.toString()).isEqualTo(204);
        assertThat(minimal.header("Content-Range")).isEqualTo("0-1/*");
        assertThat(written(minimal).tags())
                .isEqualTo(tags("public.author:2", "public.author:3", "public.author"));
        assertThat(representation.status()).isEqualTo(200);
        assertThat(representation.header("Content-Range")).isEqualTo("0-1/2");
        assertThat(representation.body())
                .isEqualTo("[{\"id\":2,\"n\":\"again\"},\n{\"id\":3,\"n\":\"again\"}]");
        assertThat(none.status()).isEqualTo(204);
        assertThat(none.header("Content-Range")).isEqualTo("*/*");
        assertThat(written(none).tags()).isEqualTo(Tags.NONE);
    }

    @Test
    void updateOfTheKey_tellsTheOldAndTheNew() {
        Reply reply = write("PATCH", "/moved/5", "{\"id\":55}", REPRESENTATION);

        assertThat(reply.status()).as(reply.toString()).isEqualTo(200);
        assertThat(reply.body()).isEqualTo("{\"id\":55,\"label\":\"label 5\"}");
        assertThat(written(reply).tags())
                .isEqualTo(tags("public.moved:5", "public.moved:55", "public.moved"));
    }

    @Test
    void updateToDefaults() {
        write("PATCH", "/author/4", "{\"notes\":\"x\",\"code\":\"abc\"}");
        Reply reply =
                write(
                        "PATCH",
                        "/author/4?columns=notes,code&select=notes,code",
                        "{\"code\":\"new\"}",
                        "Prefer",
                        "return=representation, missing=default");

        assertThat(reply.body()).isEqualTo("{\"notes\":\"none\",\"code\":\"new\"}");
    }

    @Test
    void deleteByKeyAndByFilter() {
        Reply byKey = service.send("DELETE", "/rest/v1/moved/1");
        Reply again = service.send("DELETE", "/rest/v1/moved/1");
        Reply byFilter =
                service.send(
                        "DELETE",
                        "/rest/v1/moved?id=in.(2,4)&select=id",
                        "Prefer",
                        "return=representation, count=exact");

        assertThat(byKey.status()).as(byKey.toString()).isEqualTo(204);
        assertThat(written(byKey).tags()).isEqualTo(tags("public.moved:1", "public.moved"));
        assertThat(again.status()).isEqualTo(404);
        assertThat(again.body()).contains("TM404");
        assertThat(byFilter.status()).isEqualTo(200);
        assertThat(byFilter.body()).isEqualTo("[{\"id\":2},\n{\"id\":4}]");
        assertThat(byFilter.header("Content-Range")).isEqualTo("*/2");
    }

    @Test
    void manyRows_areToldAsTheTable() {
        Reply reply = write("PATCH", "/many?n=eq.0", "{\"n\":1}", "Prefer", "count=exact");
        Reply thousand = write("PATCH", "/many?id=lte.1000", "{\"n\":2}");

        assertThat(reply.status()).isEqualTo(204);
        assertThat(reply.header("Content-Range")).isEqualTo("0-1499/1500");
        assertThat(written(reply).tags()).isEqualTo(tags("public.many:*"));
        assertThat(written(thousand).tags().size()).isEqualTo(1001);
    }

    @Test
    void tableWithoutKeyAndView_areToldAsTables() {
        Reply keyless = write("POST", "/keyless", "{\"n\":1}");
        Reply view =
                write("PATCH", "/author_name?id=eq.6", "{\"name\":\"By view\"}", REPRESENTATION);

        assertThat(keyless.status()).isEqualTo(201);
        assertThat(keyless.header("Location")).isEmpty();
        assertThat(written(keyless).tags()).isEqualTo(tags("public.keyless:*"));
        assertThat(view.body()).as(view.toString()).isEqualTo("[{\"id\":6,\"name\":\"By view\"}]");
        assertThat(written(view).tags()).isEqualTo(tags("public.author:*", "public.author_name:*"));
    }

    @Test
    void put_insertsOrReplacesTheRowOfItsKey() {
        Reply created = write("PUT", "/place/Here", "{\"id\":\"Here\",\"n\":1}");
        Reply replaced =
                write("PUT", "/place?id=eq.HERE", "{\"id\":\"here\",\"n\":2}", REPRESENTATION);

        assertThat(created.status()).as(created.toString()).isEqualTo(201);
        assertThat(created.header("Location")).isEqualTo("/rest/v1/place/Here");
        assertThat(replaced.status()).as(replaced.toString()).isEqualTo(200);
        assertThat(replaced.body()).isEqualTo("[{\"id\":\"here\",\"n\":2}]");
        for (String[] wrong :
                new String[][] {
                    {"/place/Here", "{\"id\":\"there\",\"n\":3}", "PGRST115"},
                    {"/place/Here", "{\"n\":3}", "PGRST115"},
                    {"/place?n=eq.2", "{\"id\":\"here\",\"n\":3}", "PGRST105"},
                    {"/place?id=eq.here&n=eq.2", "{\"id\":\"here\",\"n\":3}", "PGRST105"},
                    {"/place", "{\"id\":\"here\",\"n\":3}", "PGRST105"},
                    {"/book/1", "{\"author_id\":1,\"no\":3}", "2 parts"},
                    {"/keyless?n=eq.1", "{\"n\":1}", "no primary key"},
                    {"/place/Here", "[{\"id\":\"here\"},{\"id\":\"here\"}]", "one object"},
                }) {
            Reply refused = write("PUT", wrong[0], wrong[1]);
            assertThat(refused.status()).as(refused.toString()).isEqualTo(400);
            assertThat(refused.body()).contains(wrong[2]);
        }
        assertThat(text("SELECT string_agg(n::text, ',') FROM place")).isEqualTo("2");
    }

    @Test
    void ifMatch_isTheRowsEntityTag() {
        String etag = service.get("/author/7?select=id").header("ETag");
        Reply stale =
                write(
                        "PATCH",
                        "/author/7",
                        "{\"notes\":\"x\"}",
                        "If-Match",
                        "\"" + "0".repeat(32) + "-" + "0".repeat(16) + "\"");
        Reply weak = write("PATCH", "/author/7", "{\"notes\":\"x\"}", "If-Match", "W/" + etag);
        Reply done =
                write(
                        "PATCH",
                        "/author/7",
                        "{\"notes\":\"first\"}",
                        "If-Match",
                        "\"other\", " + etag.substring(0, etag.length() - 1) + "-gzip\"",
                        "Prefer",
                        "return=representation");
        Reply second =
                write("PATCH", "/author?id=eq.7", "{\"notes\":\"second\"}", "If-Match", etag);
        Reply next =
                write(
                        "PUT",
                        "/author/7",
                        "{\"id\":7,\"name\":\"Seven\"}",
                        "If-Match",
                        done.header("ETag"));

        assertThat(stale.status()).isEqualTo(412);
        assertThat(weak.status()).isEqualTo(412);
        assertThat(done.status()).as(done.toString()).isEqualTo(200);
        assertThat(done.header("ETag")).isNotEmpty().isNotEqualTo(etag);
        assertThat(second.status()).isEqualTo(412);
        assertThat(next.status()).as(next.toString()).isEqualTo(204);
        assertThat(text("SELECT name || notes FROM author WHERE id = 7")).isEqualTo("Sevenfirst");
        assertThat(service.send("DELETE", "/rest/v1/author/7", "If-Match", etag).status())
                .isEqualTo(412);
        assertThat(write("PATCH", "/author/999999", "{\"notes\":\"x\"}", "If-Match", "*").status())
                .isEqualTo(412);
        assertThat(write("PUT", "/place/new", "{\"id\":\"new\"}", "If-Match", "*").status())
                .isEqualTo(412);
        assertThat(write("PATCH", "/author?id=gt.1", "{\"notes\":\"x\"}", "If-Match", "*").status())
                .isEqualTo(400);
    }

    /** All read the same row, all write with its tag: one is done, and the others know. */
    @Test
    void ifMatch_amongManyAtOnce_letsOneThrough() throws Exception {
        int writers = 8;
        for (int round = 0; round < 10; round++) {
            String etag = service.get("/counter/1").header("ETag");
            int next = round + 1;
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                List<Future<Reply>> replies = new ArrayList<>();
                for (int i = 0; i < writers; i++) {
                    replies.add(
                            threads.submit(() ->
                                    write(
                                            "PATCH",
                                            "/counter/1",
                                            "{\"n\":" + next + "}",
                                            "If-Match",
                                            etag)));
                }
                List<Integer> statuses = new ArrayList<>();
                for (Future<Reply> reply : replies) {
                    statuses.add(reply.get().status());
                }
                assertThat(statuses).containsOnlyOnce(204).containsOnly(204, 412);
            }
        }
    }

    /** The row is locked by another: the condition is looked at again once that has committed. */
    @Test
    void ifMatch_isEvaluatedOnTheRowThatIsWritten() throws Exception {
        String etag = service.get("/author/8").header("ETag");
        try (Connection other = database.connect();
                Statement statement = other.createStatement();
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            other.setAutoCommit(false);
            statement.execute("UPDATE author SET notes = 'theirs' WHERE id = 8");
            Future<Reply> reply =
                    threads.submit(() ->
                            write("PATCH", "/author/8", "{\"notes\":\"ours\"}", "If-Match", etag));
            awaitLockWait();
            other.commit();

            assertThat(reply.get().status()).isEqualTo(412);
        }
        assertThat(text("SELECT notes FROM author WHERE id = 8")).isEqualTo("theirs");
    }

    private static void awaitLockWait() {
        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .pollInterval(Duration.ofMillis(10))
                .until(() ->
                        text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
                                        + " AND datname = current_database()")
                                .equals("1"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            textBlock =
                    """
                    POST  | /author | {"name":"Author 9"}            | 409 | 23505 | already exists
                    POST  | /book   | {"author_id":999999,"no":1}    | 409 | 23503 | is not present
                    DELETE | /author?id=eq.20 |                      | 409 | 23503 | still referenced
                    POST  | /late   | [{"id":1,"n":1},{"id":2,"n":1}] | 409 | 23505 | already exists
                    POST  | /author | {"name":null}                  | 400 | 23502 | null
                    POST  | /author | {"name":"c","price":-1}        | 400 | 23514 | null
                    POST  | /author | {"name":"c","born":3000}       | 400 | 23514 | null
                    POST  | /author | {"name":"c","price":"x"}       | 400 | 22P02 | null
                    POST  | /author | {"name":"c","mood":"sad"}      | 400 | 22P02 | null
                    POST  | /author | {"name":"c","code":"abcde"}    | 400 | 22001 | null
                    POST  | /author | {"name":"c\\u0000"}            | 400 | 22P05 | cannot be converted
                    PATCH | /author?id=eq.x | {"name":"c"}           | 400 | 22P02 | null
                    POST  | /strict | {"id":1}                       | 400 | P0001 | not today
                    POST  | /author | {"nama":"c"}                   | 400 | 42703 | null
                    POST  | /author | {"secret":"c"}                 | 400 | 42703 | null
                    POST  | /author?columns=name,nope | {"name":"c"} | 400 | 42703 | null
                    POST  | /not_granted | {"id":1}                  | 403 | 42501 | null
                    POST  | /job    | {"id":1}                       | 400 | 428C9 | GENERATED ALWAYS
                    POST  | /nowhere | {"id":1}                      | 404 | PGRST205 | null
                    POST  | /closed | {"id":1}                       | 405 | PGRST117 | null
                    """)
    void refusal_hasPostgresqlsCodeAndDetails(
            String method, String target, String body, int status, String code, String details) {
        Reply reply = write(method, target, body == null ? "" : body);

        assertThat(reply.status()).as(reply.toString()).isEqualTo(status);
        assertThat(reply.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(reply.body()).contains("\"code\":\"" + code + '"');
        String found = reply.body().substring(reply.body().indexOf("\"details\":"));
        assertThat(found).contains(details);
        assertThat(reply.headers().map().keySet())
                .noneMatch(name -> name.toLowerCase(java.util.Locale.ROOT).contains("internal"));
    }

    /** Their details are the whole row, and with it the columns that are not served. */
    @Test
    void refusalOfARow_doesNotQuoteWhatIsHidden() {
        Reply reply = write("PATCH", "/author/13", "{\"price\":-1}");

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.body()).contains("23514").doesNotContain("hidden", "Failing row");
    }

    @Test
    void misspeltColumn_isNamedAndGuessed() {
        assertThat(write("POST", "/author", "{\"nama\":\"c\"}").body())
                .contains(
                        "column author.nama does not exist", "Perhaps you meant the column 'name'");
        assertThat(write("POST", "/strict", "{\"id\":1}").body()).contains("try another table");
        assertThat(write("POST", "/closed", "{\"id\":1}").body()).contains("tidemark.writable");
        assertThat(write("POST", "/closed", "{\"id\":1}").header("Allow")).isEqualTo("GET, HEAD");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            textBlock =
                    """
                    {"name": }              | line 1, column 10
                    {"name": "x"            | line 1, column
                    [{"name":"x"},          | line 1, column
                    {"name":"x"} {}         | goes on after its end, at line 1, column 14
                    [1]                     | element 1 of the array is not an object
                    "x"                     | neither an object nor an array
                    ~~                      | the body is empty
                    [{"name":"a"},{"id":1}] | All object keys must match
                    """)
    void malformedBody_isRefusedWithItsPlace(String body, String message) {
        Reply reply = write("POST", "/author", body);

        assertThat(reply.status()).as(reply.toString()).isEqualTo(400);
        assertThat(reply.body()).contains("PGRST102", message);
    }

    @Test
    void bodies_areJsonAndBounded() {
        assertThat(write("POST", "/author", "name=x", "Content-Type", "text/csv").status())
                .isEqualTo(415);
        String large = "{\"name\":\"" + "x".repeat(1 << 20) + "\"}";
        assertThat(write("POST", "/author", large).status()).isEqualTo(413);
        assertThat(service.writeChunked("POST", "/author", large).status()).isEqualTo(413);
        assertThat(service.writeChunked("POST", "/job", "{\"what\":\"chunks\"}").status())
                .isEqualTo(201);
    }

    @Test
    void writeWithoutFilter_needsThePolicysLeave() {
        for (String method : List.of("PATCH", "DELETE")) {
            Reply refused = write(method, "/keyless", "{\"n\":1}");
            assertThat(refused.status()).isEqualTo(400);
            assertThat(refused.body()).contains("every row");
        }
        database.execute(
                "INSERT INTO tidemark.cache_policy (table_name, unfiltered_writes) VALUES ('place', true)");
        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .until(() -> write("PATCH", "/place", "{\"n\":5}").status() == 204);
    }

    @Test
    void singleObject_isOneRowOrNothing() {
        String object = "application/vnd.pgrst.object+json";
        Reply one =
                write(
                        "POST",
                        "/free?select=id",
                        "{\"id\":40}",
                        "Accept",
                        object,
                        "Prefer",
                        "return=representation");
        Reply two =
                write(
                        "PATCH",
                        "/free?id=in.(40,1)",
                        "{\"n\":9}",
                        "Accept",
                        object,
                        "Prefer",
                        "return=representation");

        assertThat(one.body()).isEqualTo("{\"id\":40}");
        assertThat(one.header("Content-Type")).startsWith(object);
        assertThat(one.header("ETag")).isEqualTo(service.get("/free/40?select=id").header("ETag"));
        assertThat(two.status()).isEqualTo(406);
        assertThat(two.body()).contains("PGRST116");
        assertThat(text("SELECT count(*) FROM free WHERE n = 9")).isEqualTo("0");
    }

    @Test
    void idempotencyKey_givesTheFirstAnswerAgain() {
        String[] headers = {"Idempotency-Key", "k-1", "Prefer", "return=representation"};
        Reply first = write("POST", "/job", "{\"what\":\"once ü\"}", headers);
        Reply repeat = write("POST", "/job", "{\"what\":\"once ü\"}", headers);
        Reply other = write("POST", "/job", "{\"what\":\"twice\"}", headers);
        Reply elsewhere = write("POST", "/keyless", "{\"n\":1}", "Idempotency-Key", "k-1");

        assertThat(first.status()).as(first.toString()).isEqualTo(201);
        assertThat(repeat.status()).isEqualTo(201);
        assertThat(repeat.body()).isEqualTo(first.body());
        for (String name : List.of("Location", "Content-Type", "Content-Range")) {
            assertThat(repeat.header(name)).isEqualTo(first.header(name)).isNotEmpty();
        }
        assertThat(written(repeat).tags()).isEqualTo(Tags.NONE);
        assertThat(written(repeat).stamp()).isZero();
        assertThat(written(repeat).identity()).isEqualTo(written(first).identity());
        assertThat(written(repeat).lsn()).isGreaterThanOrEqualTo(written(first).lsn());
        assertThat(other.status()).isEqualTo(422);
        assertThat(elsewhere.status()).isEqualTo(422);
        assertThat(text("SELECT count(*) FROM job WHERE what LIKE 'once%'")).isEqualTo("1");
    }

    @Test
    void idempotencyKey_isNotSpentByARefusal_andExpires() {
        assertThat(write("POST", "/author", "{\"name\":null}", "Idempotency-Key", "k-2").status())
                .isEqualTo(400);
        assertThat(write("POST", "/job", "{\"what\":\"k2\"}", "Idempotency-Key", "k-2").status())
                .isEqualTo(201);
        database.execute("UPDATE tidemark.idempotency_key SET expires = now() WHERE key = 'k-2'");
        assertThat(write("POST", "/job", "{\"what\":\"k3\"}", "Idempotency-Key", "k-2").status())
                .isEqualTo(201);
        database.execute("UPDATE tidemark.idempotency_key SET expires = now() WHERE key = 'k-2'");
        write("POST", "/job", "{\"what\":\"k4\"}", "Idempotency-Key", "k-3");
        assertThat(text("SELECT count(*) FROM tidemark.idempotency_key WHERE key = 'k-2'"))
                .isEqualTo("0");
    }

    @Test
    void idempotencyKeyUnderWay_is409AtOnce() throws Exception {
        try (Connection other = database.connect();
                Statement statement = other.createStatement();
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            other.setAutoCommit(false);
            statement.execute("UPDATE author SET notes = 'held' WHERE id = 10");
            String body = "{\"id\":10,\"name\":\"Ten\"}";
            String[] headers = {"Idempotency-Key", "k-4", "Prefer", "resolution=merge-duplicates"};
            Future<Reply> first = threads.submit(() -> write("POST", "/author", body, headers));
            awaitLockWait();

            assertThat(write("POST", "/author", body, headers).status()).isEqualTo(409);
            other.rollback();
            assertThat(first.get().status()).isEqualTo(200);
            assertThat(write("POST", "/author", body, headers).status()).isEqualTo(200);
        }
    }

    @Test
    void commitWhoseAnswerIsLost_is504_andItsRepeatGetsTheAnswer() {
        for (Cut cut : List.of(Cut.AFTER_COMMIT, Cut.SILENCE)) {
            String body = "{\"what\":\"" + cut + "\"}";
            String[] headers = {"Idempotency-Key", "cut-" + cut, "Tidemark-Timeout", "1500ms"};
            proxy.next.set(cut);
            Reply lost = write("POST", "/job", body, headers);

            assertThat(lost.status()).as(lost.toString()).isEqualTo(504);
            assertThat(lost.body()).contains("TM504", "Idempotency-Key");
            Awaitility.await()
                    .atMost(Duration.ofSeconds(10))
                    .until(() ->
                            text("SELECT count(*) FROM job WHERE what = '" + cut + "'")
                                    .equals("1"));
            Reply repeat = write("POST", "/job", body, headers);
            assertThat(repeat.status()).as(repeat.toString()).isEqualTo(201);
            assertThat(text("SELECT count(*) FROM job WHERE what = '" + cut + "'")).isEqualTo("1");
        }
    }

    @Test
    void commitThatNeverArrived_is504Too_andNothingTriesAgain() {
        proxy.next.set(Cut.BEFORE_COMMIT);
        Reply lost = write("POST", "/job", "{\"what\":\"never\"}");

        assertThat(lost.status()).as(lost.toString()).isEqualTo(504);
        assertThat(lost.body()).contains("may have been done, or not");
        assertThat(text("SELECT count(*) FROM job WHERE what = 'never'")).isEqualTo("0");
    }

    @Test
    void connectionLostBeforeTheCommit_is503_andNothingIsWritten() throws Exception {
        try (Connection other = database.connect();
                Statement statement = other.createStatement();
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            other.setAutoCommit(false);
            statement.execute("UPDATE author SET notes = 'held' WHERE id = 11");
            Future<Reply> reply =
                    threads.submit(() -> write("PATCH", "/author/11", "{\"notes\":\"ours\"}"));
            awaitLockWait();
            database.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                            + " WHERE wait_event_type = 'Lock' AND datname = current_database()");

            assertThat(reply.get().status()).as(reply.get().toString()).isEqualTo(503);
            assertThat(reply.get().header("Retry-After")).isEqualTo("1");
            other.rollback();
        }
        assertThat(text("SELECT notes FROM author WHERE id = 11")).isEqualTo("none");
    }

    @Test
    void slowWrite_isRolledBackAtItsDeadline() {
        Reply reply = write("POST", "/slow", "{\"id\":1}", "Tidemark-Timeout", "300ms");

        assertThat(reply.status()).as(reply.toString()).isEqualTo(504);
        assertThat(reply.body()).contains("57014", "rolled back");
        assertThat(text("SELECT count(*) FROM slow")).isEqualTo("0");
        assertThat(write("POST", "/slow", "{\"id\":1}", "Tidemark-Timeout", "0ms").status())
                .isEqualTo(504);
    }

    @Test
    void changedTable_isWrittenWithoutAStalePlan() throws SQLException {
        for (int i = 100; i < 112; i++) {
            assertThat(write("POST", "/free", "{\"id\":" + i + "}", REPRESENTATION).status())
                    .isEqualTo(201);
        }
        database.execute("ALTER TABLE free ALTER n TYPE bigint");
        assertThat(write("POST", "/free", "{\"id\":120}", REPRESENTATION).status()).isEqualTo(201);
    }

    @Test
    void representationBeyondTheLimit_writesNothing() {
        String rows =
                IntStream.rangeClosed(1, 10_001)
                        .mapToObj(n -> "{\"n\":" + n + "}")
                        .collect(Collectors.joining(",", "[", "]"));
        Reply reply = write("POST", "/keyless", rows, REPRESENTATION);

        assertThat(reply.status()).as(reply.body()).isEqualTo(400);
        assertThat(reply.body()).contains("return=minimal");
        assertThat(text("SELECT count(*) FROM keyless WHERE n = 10001")).isEqualTo("0");
        assertThat(write("POST", "/keyless", rows).status()).isEqualTo(201);
    }

    @Test
    void reads_areStillReadOnly() {
        assertThat(service.get("/author/12").status()).isEqualTo(200);
        assertThat(service.management("/actuator/prometheus").body())
                .contains("tidemark_lanes_permits{lane=\"writes\",server=\"primary\"} 6.0");
    }
}

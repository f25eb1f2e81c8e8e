package dev.tidemark.retrieval;

import static dev.tidemark.retrieval.Service.encoded;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is served and what is not, whatever a request tries. */
class ExposureIT {

    private static final String ODD = "/" + encoded("Odd \"Table\".x; DROP");

    private final Service service = Service.shared();

    @Test
    void hiddenColumn_isAsIfItWereNotThere() {
        assertThat(service.get("/staff").body())
                .isEqualTo("[{\"id\":1,\"name\":\"Mike\"},\n{\"id\":2,\"name\":\"Jon\"}]");
        for (String query :
                List.of(
                        "select=password",
                        "select=x:password",
                        "password=eq.hash",
                        "password=not.is.null",
                        "or=(id.eq.1,password.like.h*)",
                        "order=password",
                        "salary=gt.1", // not granted to the role
                        "order=salary")) {
            Reply reply = service.get("/staff?" + query);
            assertThat(reply.status()).as(query).isEqualTo(400);
            assertThat(reply.body()).as(query).contains("\"code\":\"42703\"", "does not exist");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "secret_table",
                "not_granted",
                "pg_class",
                "pg_catalog.pg_class",
                "cache_policy",
                "private.film",
                "FILM",
                "film%20",
                "film%3B",
                "public.film"
            })
    void whatIsNotServed_isUnknown(String table) {
        Reply reply = service.get("/" + table);

        assertThat(reply.status()).isEqualTo(404);
        assertThat(reply.body()).contains("\"code\":\"PGRST205\"");
    }

    @Test
    void madeUpNames_areAnsweredFast_howeverManyThereAre() throws Exception {
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<Integer>> requests =
                    IntStream.range(0, 200)
                            .<Callable<Integer>>mapToObj(
                                    i -> () -> service.get("/made_up_" + i).status())
                            .toList();
            // Each of them waiting for a look of its own would take minutes.
            for (Future<Integer> status : clients.invokeAll(requests, 10, TimeUnit.SECONDS)) {
                assertThat(status.get()).isEqualTo(404);
            }
        }
    }

    @Test
    void misspelledTable_isHintedAt() {
        assertThat(service.get("/flim").body())
                .contains("Perhaps you meant the table 'public.film'");
    }

    @Test
    void profile_selectsAmongServedSchemas() {
        Reply archive = service.get("/film/1", "Accept-Profile", "archive");
        assertThat(archive.body()).isEqualTo("{\"film_id\":1,\"title\":\"OLD\"}");
        assertThat(archive.header("Content-Profile")).isEqualTo("archive");
        assertThat(archive.internal().tags())
                .isEqualTo(Reply.tags("archive.film:1", "archive.film:*"));
        assertThat(service.get("/film/1").header("Content-Profile")).isEmpty();
        for (String profile : List.of("private", "pg_catalog", "tidemark", "nope", "public ")) {
            Reply refused = service.get("/film/1", "Accept-Profile", "\"" + profile + "\"");
            assertThat(refused.status()).isEqualTo(406);
            assertThat(refused.body()).contains("PGRST106", "public, archive");
        }
    }

    @Test
    void oddNames_areServedLikeOthers() {
        assertThat(service.get(ODD + "/1").body())
                .isEqualTo(
                        "{\"Id\":1,\"a b\":\"space\",\"quo\\\"te\":\"quoted\",\"select\":10,"
                                + "\"and\":20,\"ünï\":\"ü\",\"Q?{0}:x\":\"mark\"}");
        for (String query :
                List.of(
                        encoded("a b") + "=eq.space",
                        encoded("quo\"te") + "=eq.quoted",
                        "and=(" + encoded("\"and\".eq.20,\"select\".eq.10") + ")",
                        encoded("ünï") + "=like.*",
                        encoded("Q?{0}:x") + "=eq.mark&order=" + encoded("\"Q?{0}:x\".desc"))) {
            Reply reply = service.get(ODD + "?select=Id&" + query);
            assertThat(reply.body()).as(query + reply).isEqualTo("[{\"Id\":1}]");
        }
        assertThat(service.get(ODD + "?select=" + encoded("\"quo\\\"te\",n:\"a b\"")).body())
                .isEqualTo("[{\"quo\\\"te\":\"quoted\",\"n\":\"space\"}]");
        assertThat(service.get(ODD + "/1").internal().tags())
                .isEqualTo(
                        Reply.tags(
                                "public.Odd \"Table\".x; DROP:1",
                                "public.Odd \"Table\".x; DROP:*"));
        assertThat(service.get("/measure").body()).isEqualTo("[]");
    }

    static List<String> injections() {
        List<String> payloads =
                List.of(
                        "1; DROP TABLE film; --",
                        "1' OR '1'='1",
                        "' UNION SELECT password FROM staff --",
                        "1) OR (1=1",
                        "\"; DROP TABLE film; --",
                        "film\" WHERE 1=1 --",
                        "(select password from staff limit 1)",
                        "1::int); DELETE FROM film; --",
                        "$1",
                        "?",
                        "{0}",
                        "\\'; SELECT pg_sleep(5); --",
                        "pg_sleep(5)",
                        "E'\\x27'",
                        "/**/",
                        "film_id FROM film; --");
        List<String> shapes =
                List.of(
                        "/film/%s",
                        "/film?film_id=eq.%s",
                        "/film?title=eq.%s",
                        "/film?title=in.(%s)",
                        "/film?title=like.%s",
                        "/film?%s=eq.1",
                        "/film?or=(%s.eq.1)",
                        "/film?select=%s",
                        "/film?select=x:%s",
                        "/film?select=%s:film_id",
                        "/film?select=film_id::%s",
                        "/film?order=%s",
                        "/film?order=film_id.%s",
                        "/film?limit=%s",
                        "/film?offset=%s",
                        "/film?film_id=%s",
                        "/film?words=fts(%s).a",
                        "/film?words=fts.%s",
                        "/%s",
                        "/%s/1");
        return shapes.stream()
                .flatMap(shape ->
                        payloads.stream().map(payload -> shape.formatted(encoded(payload))))
                .toList();
    }

    @Test
    void injection_isDataOrRefused() {
        String before = service.get("/film").body();
        for (String target : injections()) {
            Reply reply = service.get(target);
            assertThat(reply.status()).as(target + reply).isIn(200, 400, 404);
            assertThat(reply.body())
                    .as(target)
                    .doesNotContain("hash", "syntax error at or near", "PSQLException");
        }
        assertThat(service.get("/film").body()).isEqualTo(before);
    }

    @ParameterizedTest
    @CsvSource({
        "POST, /rest/v1/film, 405",
        "DELETE, /rest/v1/film/1, 405",
        "PATCH, /rest/v1/film, 405",
        "OPTIONS, /rest/v1/film, 405",
        "GET, /, 404",
        "GET, /rest/v1/, 404",
        "GET, /rest/v1/film/1/2, 404",
        "GET, /error, 404",
        "GET, /actuator/health, 404",
        "GET, /rest/v1/film/1?order=x, 400",
        "GET, /rest/v1/film?limit=x, 400",
        "GET, /rest/v1/film?limit=1&limit=2, 400",
        "GET, /rest/v1/film?film_id=eq.%FF, 400",
        "GET, /rest/v1/film?film_id=eq.%00, 400",
    })
    void whatIsNotARead_isAProblem(String method, String target, int status) {
        Reply reply = service.send(method, target);

        assertThat(reply.status()).as(reply.toString()).isEqualTo(status);
        assertThat(reply.header("Content-Type")).isEqualTo("application/problem+json");
        if (status == 405) {
            assertThat(reply.header("Allow")).isEqualTo("GET, HEAD");
        }
    }

    @Test
    void requestThatTomcatCannotRead_isAProblemToo() throws IOException {
        for (String line :
                List.of(
                        "GET /rest/v1/film?a={b}|\" HTTP/1.1",
                        "GET /rest/v1/%zz HTTP/1.1",
                        "TRACE /rest/v1/film HTTP/1.1")) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), service.port())) {
                OutputStream out = socket.getOutputStream();
                out.write(
                        (line + "\r\nHost: x\r\nConnection: close\r\n\r\n")
                                .getBytes(StandardCharsets.US_ASCII));
                String reply =
                        new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                assertThat(reply)
                        .as(line)
                        .contains("application/problem+json", "urn:tidemark:problem:")
                        .doesNotContain("<html");
            }
        }
    }

    @Test
    void tableThatChanges_isSeenWithoutARestart() {
        Service.database()
                .execute(
                        "CREATE TABLE changing (id integer PRIMARY KEY, a text, b text);"
                                + "INSERT INTO changing VALUES (1, 'a', 'b');"
                                + "GRANT SELECT ON changing TO tidemark_reader");
        // Nobody reads the catalogue but because a reader asked for what it does not have.
        assertThat(service.get("/changing/1").status()).isEqualTo(200);
        Service.database().execute("ALTER TABLE changing ADD COLUMN c text");
        assertThat(service.get("/changing?select=id,c").body())
                .isEqualTo("[{\"id\":1,\"c\":null}]");
        Service.database().execute("ALTER TABLE changing DROP COLUMN c");

        Service.database().execute("ALTER TABLE changing DROP COLUMN a");
        assertThat(service.get("/changing/1").body()).isEqualTo("{\"id\":1,\"b\":\"b\"}");
        Service.database().execute("ALTER TABLE changing ALTER id TYPE text");
        assertThat(service.get("/changing/1").body()).isEqualTo("{\"id\":\"1\",\"b\":\"b\"}");
        Service.database().execute("REVOKE SELECT ON changing FROM tidemark_reader");
        assertThat(service.get("/changing/1").status()).isEqualTo(404);
        Service.database().execute("DROP TABLE changing");
        assertThat(service.get("/changing/1").status()).isEqualTo(404);
    }
}

package dev.tidemark.retrieval;

import static dev.tidemark.retrieval.Reply.tags;
import static dev.tidemark.retrieval.Service.encoded;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.common.tag.Tags;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Rows by primary key: in the path, and by a filter that pins it. */
class RowsIT {

    private final Service service = Service.shared();

    @Test
    void row_isAnsweredWithAllThatMakesItCacheable() {
        Reply reply = service.get("/film/1?select=film_id,title,tags,attributes,raw,released");

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.body())
                .isEqualTo(
                        "{\"film_id\":1,\"title\":\"ACADEMY DINOSAUR\",\"tags\":[\"a\",\"b\"],"
                                + "\"attributes\":{\"x\": 1, \"y\": [1, 2]},"
                                + "\"raw\":{\"b\": 1,  \"a\": 2},\"released\":2006}");
        assertThat(reply.header("Content-Type")).startsWith("application/json");
        assertThat(reply.header("Content-Length")).isEqualTo("" + reply.bytes().length);
        assertThat(reply.header("ETag")).matches("\"[0-9a-f]{32}-[0-9a-f]{16}\"");
        assertThat(reply.header("Content-Range")).isEmpty();
        var internal = reply.internal();
        assertThat(internal.cacheable()).isTrue();
        assertThat(internal.version().xmin()).isPositive();
        assertThat(internal.seenLsn().position()).isPositive();
        assertThat(internal.tags()).isEqualTo(tags("public.film:1", "public.film:*"));
        assertThat(internal.policy().softTtl()).isEqualTo(Duration.ofSeconds(60));
        assertThat(internal.identity().systemIdentifier()).isNotZero();
        assertThat(internal.identity().timeline()).isOne();
        assertThat(internal.identity().databaseOid()).isPositive();
        assertThat("" + internal.identity().incarnation())
                .isEqualTo(Service.database().queryText("SELECT number FROM tidemark.incarnation"));
    }

    /** In SQL a column's name goes before a row's. */
    @Test
    void columnNamedAsARowMightBe_doesNotStandForTheRow() {
        assertThat(service.get("/named_as_a_row/1").body())
                .isEqualTo("{\"id\":1,\"x\":{\"a\":2,\"b\":3},\"t\":4,\"xx\":\"<five/>\"}");
        assertThat(service.get("/named_as_a_row?select=x,id").body())
                .isEqualTo("[{\"x\":{\"a\":2,\"b\":3},\"id\":1}]");
    }

    @Test
    void manyRenames_areOneFlatExpression() {
        String select =
                IntStream.range(0, 1000)
                        .mapToObj(i -> "a" + i + ":title")
                        .collect(Collectors.joining(","));
        Reply reply = service.get("/film/1?select=" + select);

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.body())
                .startsWith("{\"a0\":\"ACADEMY DINOSAUR\",")
                .endsWith(",\"a999\":\"ACADEMY DINOSAUR\"}");
    }

    /** What one relation suffers from is not to be taken for an outage. */
    @Test
    void viewThatCannotBeRead_isNotADatabaseThatCannotBeReached() {
        Reply unpopulated = service.get("/unpopulated");

        assertThat(unpopulated.status()).isEqualTo(500);
        assertThat(unpopulated.body()).contains("\"code\":\"55000\"", "has not been populated");
        assertThat(service.get("/raising").status()).isEqualTo(400);
    }

    @Test
    void rowThatDoesNotExist_isACacheableAnswerUnderItsOwnTag() {
        Reply reply = service.get("/film/999");

        assertThat(reply.status()).isEqualTo(404);
        assertThat(reply.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(reply.body()).contains("\"code\":\"TM404\"");
        assertThat(reply.internal().cacheable()).isTrue();
        assertThat(reply.internal().tags()).isEqualTo(tags("public.film:999", "public.film:*"));
        assertThat(reply.header("ETag")).isEmpty();
    }

    static Stream<Arguments> tagged() {
        return Stream.of(
                // The key as PostgreSQL prints it, never the text of the request.
                Arguments.of("/film/01", 200, tags("public.film:1", "public.film:*")),
                Arguments.of("/film/%2B1", 200, tags("public.film:1", "public.film:*")),
                Arguments.of("/film/%209", 404, tags("public.film:9", "public.film:*")),
                Arguments.of(
                        "/film_actor/1,2",
                        200,
                        tags("public.film_actor:\"1\",\"2\"", "public.film_actor:*")),
                Arguments.of(
                        "/payment/2022-01-23T14:03:52.212496%2B01:00,1",
                        200,
                        tags(
                                "public.payment:\"2022-01-23 13:03:52.212496+00\",\"1\"",
                                "public.payment:*")),
                Arguments.of(
                        "/payment_2022_h1?payment_id=eq.1&paid=eq.2022-01-23T13:03:52.212496Z",
                        200,
                        tags(
                                "public.payment:\"2022-01-23 13:03:52.212496+00\",\"1\"",
                                "public.payment:*")),
                // Equality wider than text: found rows have their own text, others the table.
                Arguments.of(
                        "/keyed_by_numeric/1.5",
                        200,
                        tags("public.keyed_by_numeric:1.50", "public.keyed_by_numeric:*")),
                Arguments.of(
                        "/keyed_by_numeric/2",
                        404,
                        tags("public.keyed_by_numeric", "public.keyed_by_numeric:*")),
                Arguments.of(
                        "/keyed_by_char/ab",
                        200,
                        tags("public.keyed_by_char:ab  ", "public.keyed_by_char:*")),
                Arguments.of(
                        "/keyed_by_char/xy",
                        404,
                        tags("public.keyed_by_char", "public.keyed_by_char:*")),
                Arguments.of(
                        "/keyed_by_citext/mixed",
                        200,
                        tags("public.keyed_by_citext:MiXed", "public.keyed_by_citext:*")),
                Arguments.of(
                        "/keyed_by_citext?id=eq.MIXED",
                        200,
                        tags("public.keyed_by_citext:MiXed", "public.keyed_by_citext:*")),
                Arguments.of(
                        "/keyed_by_citext?id=in.(MIXED,other)",
                        200,
                        tags("public.keyed_by_citext", "public.keyed_by_citext:*")),
                Arguments.of(
                        "/keyed_by_enum/comedy",
                        404,
                        tags("public.keyed_by_enum:comedy", "public.keyed_by_enum:*")),
                Arguments.of("/film?film_id=eq.01", 200, tags("public.film:1", "public.film:*")),
                Arguments.of(
                        "/film?film_id=in.(1,02,999)&length=gt.5",
                        200,
                        tags("public.film:1", "public.film:2", "public.film:999", "public.film:*")),
                Arguments.of(
                        "/film_actor?actor_id=in.(1,2)&film_id=in.(1,3)",
                        200,
                        tags(
                                "public.film_actor:\"1\",\"1\"",
                                "public.film_actor:\"1\",\"3\"",
                                "public.film_actor:\"2\",\"1\"",
                                "public.film_actor:\"2\",\"3\"",
                                "public.film_actor:*")),
                Arguments.of(
                        "/film_actor?actor_id=eq.1",
                        200,
                        tags("public.film_actor", "public.film_actor:*")),
                Arguments.of("/film?film_id=not.eq.1", 200, tags("public.film", "public.film:*")),
                Arguments.of(
                        "/film?or=(film_id.eq.1,film_id.eq.2)",
                        200,
                        tags("public.film", "public.film:*")),
                // An inheritance parent has its descendants' tags too.
                Arguments.of(
                        "/vehicle/2",
                        200,
                        tags(
                                "public.vehicle:2",
                                "public.vehicle:*",
                                "public.truck:2",
                                "public.truck:*")),
                Arguments.of(
                        "/drama_titles",
                        200,
                        tags(
                                "public.drama_titles",
                                "public.drama_titles:*",
                                "public.drama",
                                "public.drama:*",
                                "public.film",
                                "public.film:*",
                                "public.film_actor",
                                "public.film_actor:*")),
                Arguments.of(
                        "/film_count",
                        200,
                        tags(
                                "public.film_count",
                                "public.film_count:*",
                                "public.film",
                                "public.film:*")),
                // A policy's tables stand behind the rows that it guards.
                Arguments.of(
                        "/guarded/1",
                        200,
                        tags(
                                "public.guarded:1",
                                "public.guarded:*",
                                "public.guards",
                                "public.guards:*")));
    }

    @ParameterizedTest
    @MethodSource("tagged")
    void tags_sayWhatTheAnswerDependsOn(String target, int status, Tags tags) {
        Reply reply = service.get(target);

        assertThat(reply.status()).as(reply.toString()).isEqualTo(status);
        assertThat(reply.internal().tags()).isEqualTo(tags);
    }

    @Test
    void moreKeysThanATagEach_areTaggedWithTheTable() {
        StringBuilder keys = new StringBuilder("1");
        for (int i = 2; i <= 101; i++) {
            keys.append(',').append(i);
        }
        assertThat(service.get("/film?select=film_id&film_id=in.(" + keys + ")").internal().tags())
                .isEqualTo(tags("public.film", "public.film:*"));
    }

    @Test
    void rowThatAPolicyHides_doesNotExist() {
        assertThat(service.get("/guarded/2").status()).isEqualTo(404);
    }

    @Test
    void keysOfAnyText_areFound() {
        assertThat(service.get("/keyed_by_text/a%2Fb%2Cc").body()).contains("\"n\":1");
        assertThat(service.get("/keyed_by_text/" + encoded("50% ü\"\\'")).body())
                .contains("\"n\":2");
        assertThat(service.get("/keyed_by_text/%2E%2E").body()).contains("\"n\":3");
        assertThat(service.get("/keyed_by_text/NULL").body()).contains("\"n\":4");
        assertThat(service.get("/keyed_by_text/" + encoded("{x}")).body()).contains("\"n\":5");
        assertThat(
                        service.get(
                                        "/keyed_by_text?select=n&id="
                                                + encoded("in.(NULL,\"{x}\",\"a/b,c\")"))
                                .body())
                .isEqualTo("[{\"n\":4},\n{\"n\":1},\n{\"n\":5}]");
    }

    @Test
    void entityTag_followsTheRowAndTheProjectionAndNothingElse() {
        Service.database().execute("INSERT INTO nothing VALUES (7) ON CONFLICT DO NOTHING");
        String tag = service.get("/staff/2").header("ETag");
        assertThat(service.get("/staff/02").header("ETag")).isEqualTo(tag);
        assertThat(
                        service.get("/staff?id=eq.2", "Accept", "application/vnd.pgrst.object+json")
                                .header("ETag"))
                .isEqualTo(tag);
        assertThat(service.get("/staff/2?select=id,name").header("ETag"))
                .as("what select=* means here")
                .isEqualTo(tag);
        assertThat(service.get("/staff/2?select=id").header("ETag"))
                .isNotEqualTo(tag)
                .startsWith(tag.substring(0, 33));
        Service.database().execute("UPDATE staff SET salary = 201 WHERE id = 2");
        assertThat(service.get("/staff/2").header("ETag"))
                .as("a column that is not served")
                .isEqualTo(tag);
        Service.database().execute("UPDATE staff SET name = 'Jonathan' WHERE id = 2");
        assertThat(service.get("/staff/2?select=id").header("ETag").substring(0, 33))
                .isNotEqualTo(tag.substring(0, 33));
        Service.database().execute("UPDATE staff SET name = 'Jon' WHERE id = 2");
        assertThat(service.get("/staff/2").header("ETag")).isEqualTo(tag);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "/film/1,2 | 400 | the key of 'film' has 1 part (film_id), and 2 are given",
                "/film_actor/1 | 400 | has 2 parts (actor_id, film_id), and 1 is given",
                "/keyless/1 | 400 | 'keyless' has no primary key",
                "/drama/1 | 400 | 'drama' has no primary key",
                "/film/abc | 400 | 'abc' does not fit the column 'film_id', which is of type integer",
                "/film/99999999999 | 400 | which is of type integer",
                "/payment/yesterdayish,1 | 400 | the column 'paid', which is of type timestamp with"
                        + " time zone",
                "/keyed_by_enum/musical | 400 | which is of type public.genre",
            })
    void wrongKey_isRefusedByName(String target, int status, String message) {
        Reply reply = service.get(target);

        assertThat(reply.status()).isEqualTo(status);
        assertThat(reply.body()).contains(message);
        assertThat(reply.header("Tidemark-Internal-Answer")).isEmpty();
    }

    @Test
    void head_hasTheHeadOfGet() {
        Reply get = service.get("/film/1");
        Reply head = service.send("HEAD", "/rest/v1/film/1");

        assertThat(head.status()).isEqualTo(200);
        assertThat(head.bytes()).isEmpty();
        for (String name : new String[] {"ETag", "Content-Type", "Content-Length"}) {
            assertThat(head.header(name)).as(name).isEqualTo(get.header(name));
        }
        assertThat(service.send("HEAD", "/rest/v1/film/999").bytes()).isEmpty();
        assertThat(service.send("HEAD", "/rest/v1/big?limit=1000").bytes()).isEmpty();
    }

    @Test
    void version_risesWithCommits() {
        long before = service.get("/film/1").internal().version().xmin();
        Service.database().execute("UPDATE nothing SET id = id");
        Service.database().execute("INSERT INTO nothing VALUES (8) ON CONFLICT DO NOTHING");
        var after = service.get("/film/1").internal();

        assertThat(after.version().xmin()).isGreaterThan(before);
    }
}

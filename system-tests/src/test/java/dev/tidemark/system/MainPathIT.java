package dev.tidemark.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The sample shop through all services, as {@code ./tidemark start} brings it up. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Order(SharedSuite.BEFORE_IT_STARTS)
class MainPathIT {

    private static final String ORIGIN = "data-retrieval-service";
    private static final String CACHE = "cache-service";
    private static final String QUERIES = "tidemark_origin_queries_total";

    /** The id of a product, perhaps missing, that nothing has read yet. */
    private static int unread = 10_000;

    @SuppressWarnings("NullAway.Init")
    private static RunningSuite suite;

    @BeforeAll
    static void start() throws IOException {
        suite = RunningSuite.start();
        suite.awaitFollowed();
    }

    @AfterAll
    static void stop() throws IOException {
        suite.close();
    }

    @Test
    void row_isFetchedOnceThenAnsweredFromMemory() {
        HttpResponse<String> first = suite.get("/rest/v1/product/1");
        HttpResponse<String> second = suite.get("/rest/v1/product/1");

        assertThat(first.statusCode()).as(first.body()).isEqualTo(200);
        assertThat(cacheStatus(first))
                .isEqualTo(
                        "tidemark-shared; fwd=miss, tidemark-near; fwd=miss; fwd-status=200; stored");
        assertThat(cacheStatus(second)).startsWith("tidemark-near; hit; ttl=");
        assertThat(second.body()).isEqualTo(first.body()).startsWith("{\"id\":1,");
        assertThat(header(second, "ETag")).isEqualTo(header(first, "ETag")).startsWith("\"");
        assertThat(header(second, "Content-Type")).isEqualTo("application/json;charset=utf-8");
    }

    @Test
    void filterOnTheKey_isCachedLikewise() {
        HttpResponse<String> first = suite.get("/rest/v1/product?id=eq.2");
        HttpResponse<String> second = suite.get("/rest/v1/product?id=eq.2&");

        assertThat(first.body()).startsWith("[{\"id\":2,");
        assertThat(header(first, "Content-Range")).isEqualTo("0-0/*");
        assertThat(cacheStatus(second)).startsWith("tidemark-near; hit");
        assertThat(header(second, "ETag")).isEqualTo(header(first, "ETag"));
    }

    @Test
    void list_isFilteredOrderedAndPaged() {
        HttpResponse<String> list =
                suite.get("/rest/v1/product?select=id&id=in.(3,1,2)" + "&order=id.desc&limit=2");

        assertThat(list.body()).isEqualToIgnoringWhitespace("[{\"id\":3},{\"id\":2}]");
        assertThat(
                        header(
                                suite.get("/rest/v1/product?limit=1", "Prefer", "count=exact"),
                                "Content-Range"))
                .matches("0-0/[0-9]{3,}");
    }

    @Test
    void head_hasTheHeadOfGet() {
        HttpResponse<String> get = suite.get("/rest/v1/product/3");
        HttpResponse<String> head = suite.head("/rest/v1/product/3");

        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        for (String name : List.of("ETag", "Content-Length", "Content-Type", "Vary")) {
            assertThat(header(head, name)).as(name).isEqualTo(header(get, name));
        }
    }

    @Test
    void unchangedRow_is304() {
        String etag = header(suite.get("/rest/v1/product/4"), "ETag");
        HttpResponse<String> again = suite.get("/rest/v1/product/4", "If-None-Match", etag);

        assertThat(again.statusCode()).isEqualTo(304);
        assertThat(again.body()).isEmpty();
        assertThat(header(again, "ETag")).isEqualTo(etag);
    }

    @Test
    void missingRow_isANegativeEntry() {
        HttpResponse<String> first = suite.get("/rest/v1/product/999999999");
        HttpResponse<String> second = suite.get("/rest/v1/product/999999999");

        assertThat(first.statusCode()).isEqualTo(404);
        assertThat(second.statusCode()).isEqualTo(404);
        assertThat(second.body()).isEqualTo(first.body());
        assertThat(cacheStatus(second)).startsWith("tidemark-near; hit");
        assertThat(header(second, "Content-Type")).startsWith("application/problem+json");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            textBlock =
                    """
                    /rest/v1/no_such_table                        | 404 | no_such_table
                    /rest/v1/pg_class                             | 404 | pg_class
                    /rest/v1/product?no_such_column=eq.1          | 400 | no_such_column
                    /rest/v1/product?select=no_such_column        | 400 | no_such_column
                    /rest/v1/product?id=equals.1          | 400 | equals
                    /rest/v1/product?id=eq.one            | 400 | 'id'
                    /rest/v1/product/one                          | 400 | 'id'
                    /rest/v1/product/1,2                          | 400 | (id)
                    /rest/v1/product?limit=1&limit=2              | 400 | limit
                    /rest/v1/product/1%27%20OR%201=1              | 400 | 'id'
                    /rest/v1/product?id=eq.1%3BDROP%20TABLE%20product | 400 | 'id'
                    /rest/v1/product%22%3B%20DROP%20TABLE%20product%3B-- | 404 | DROP
                    /rest/v1/product?select=1%3BDROP%20TABLE%20product | 400 | DROP
                    /rest/v1/product?order=(select%201)           | 400 | order
                    /nothing/here                                 | 404 | nothing is served
                    """)
    void whatIsNotServed_isAProblemThatNamesIt(String target, int status, String named) {
        HttpResponse<String> response = suite.get(target);

        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(header(response, "Content-Type")).startsWith("application/problem+json");
        assertThat(header(response, "Cache-Control")).isEqualTo("no-store");
        assertThat(response.body()).contains(named).doesNotContain("Exception");
    }

    @Test
    void write_is405() {
        HttpResponse<String> response = suite.send(suite.request("DELETE", "/rest/v1/product/1"));

        assertThat(response.statusCode()).isEqualTo(405);
        assertThat(header(response, "Allow")).contains("GET").contains("HEAD");
    }

    @Test
    void tenThousandHits_costTheDatabaseNothing() {
        suite.get("/rest/v1/product/5");
        double before = suite.metric(ORIGIN, QUERIES);
        // One soft TTL is 60 s: the hits take a few.
        for (int round = 0; round < 100; round++) {
            List<CompletableFuture<HttpResponse<String>>> hits =
                    IntStream.range(0, 100)
                            .mapToObj(_ -> suite.getAsync("/rest/v1/product/5"))
                            .toList();
            hits.forEach(
                    hit -> assertThat(cacheStatus(hit.join())).startsWith("tidemark-near; hit"));
        }

        assertThat(suite.metric(ORIGIN, QUERIES)).isEqualTo(before);
    }

    @Test
    void thousandRequestsForOneColdKey_areOneQuery() {
        suite.get("/rest/v1/product/6");
        double before = suite.metric(ORIGIN, QUERIES);
        List<CompletableFuture<HttpResponse<String>>> requests =
                IntStream.range(0, 1000)
                        .mapToObj(_ -> suite.getAsync("/rest/v1/product/7"))
                        .toList();

        assertThat(requests)
                .allSatisfy(request -> assertThat(request.join().statusCode()).isEqualTo(200));
        assertThat(suite.metric(ORIGIN, QUERIES)).isEqualTo(before + 1);
    }

    @Test
    @Order(Integer.MAX_VALUE - 1)
    void killedCacheService_costsNoRead() {
        suite.get("/rest/v1/product/10");
        suite.kill(CACHE);

        List<HttpResponse<String>> answers = new ArrayList<>();
        for (int id = 10; id < 60; id++) {
            answers.add(suite.get("/rest/v1/product/" + id));
        }

        assertThat(answers).allSatisfy(answer -> assertThat(answer.statusCode()).isEqualTo(200));
        assertThat(cacheStatus(answers.getFirst())).startsWith("tidemark-near; hit");
        await("the shared cache to take part again")
                .atMost(Duration.ofMinutes(1))
                .until(() ->
                        cacheStatus(suite.get("/rest/v1/product/" + unread++))
                                .startsWith("tidemark-shared; fwd=miss"));
    }

    @Test
    @Order(Integer.MAX_VALUE)
    void killedOrigin_leavesWhatIsCached() {
        HttpResponse<String> cached = suite.get("/rest/v1/product/8");
        suite.kill(ORIGIN);

        assertThat(suite.get("/rest/v1/product/8").body()).isEqualTo(cached.body());
        HttpResponse<String> uncached = suite.get("/rest/v1/product/2000");
        assertThat(uncached.statusCode()).isEqualTo(503);
        assertThat(header(uncached, "Retry-After")).matches("[0-9]+");
        await("the origin to be back")
                .atMost(Duration.ofMinutes(1))
                .until(() -> suite.get("/rest/v1/product/2000").statusCode() != 503);
    }

    private static String cacheStatus(HttpResponse<String> response) {
        return header(response, "Cache-Status");
    }

    private static String header(HttpResponse<String> response, String name) {
        return response.headers()
                .firstValue(name)
                .orElseThrow(() ->
                        new AssertionError(
                                name
                                        + " is missing: "
                                        + response.statusCode()
                                        + " "
                                        + response.headers().map()
                                        + " "
                                        + response.body()));
    }
}

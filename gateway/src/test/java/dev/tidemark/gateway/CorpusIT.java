package dev.tidemark.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.gateway.fake.Gateway;
import dev.tidemark.gateway.fake.RawHttp.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * One corpus of odd requests through each seat: cold, so that the route's filter answers, and warm,
 * so that the near cache does where it may. Head and body must be the same.
 */
@SuppressWarnings("NullAway.Init")
class CorpusIT {

    private static Gateway gateway;

    @BeforeAll
    static void start() {
        gateway = new Gateway("--tidemark.cors.allowed-origins=https://shop.example");
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    /**
     * A request and its status.
     *
     * @param target with {@code T} for a table that nobody has read yet
     */
    private record Odd(int status, String method, String target, List<String> headers) {

        static Odd get(int status, String target, String... headers) {
            return new Odd(status, "GET", target, List.of(headers));
        }

        static Odd of(int status, String method, String target, String... headers) {
            return new Odd(status, method, target, List.of(headers));
        }

        boolean isCacheable() {
            return status < 400 || target.endsWith("/0");
        }
    }

    private static List<Odd> corpus() {
        List<Odd> corpus = new ArrayList<>();
        // Encodings: what is equal and what is not is the parser's business; none may differ.
        corpus.add(Odd.get(200, "/rest/v1/T/1"));
        corpus.add(Odd.get(200, "/rest/v1/%54/%31"));
        corpus.add(Odd.get(200, "/rest/v1/T/a%2Fb%2C%25"));
        corpus.add(Odd.get(200, "/rest/v1/T/1,2"));
        corpus.add(Odd.get(200, "/rest/v1/T/;jsessionid=1"));
        corpus.add(Odd.get(200, "/rest/v1/T?a=eq.%C3%A4"));
        corpus.add(Odd.get(200, "/rest/v1/T?a=eq.a+b%2Bc"));
        corpus.add(Odd.get(200, "/rest/v1/T?a=cs.{1,2}&b=eq.x|y^z`"));
        corpus.add(Odd.get(200, "/rest/v1/T?a=in.(\"x\",\"y,z\")"));
        corpus.add(Odd.get(200, "/rest/v1/T?a=eq.https://example.org/?q=[1]"));
        corpus.add(Odd.get(200, "http://localhost/rest/v1/T/1"));
        corpus.add(Odd.get(200, "http://localhost/rest/v1/T?a=eq.{}"));
        corpus.add(Odd.get(400, "/rest/v1/T?a=eq.\u00e4"));
        corpus.add(Odd.get(400, "/rest/v1/T?a=eq.%zz"));
        corpus.add(Odd.get(400, "/rest/v1/T?a=eq.%"));
        corpus.add(Odd.get(400, "/rest/v1/T?a=eq.%00"));
        corpus.add(Odd.get(400, "/rest/v1/T?a=eq.%ff"));
        // Paths.
        corpus.add(Odd.get(400, "/rest/v1/T/"));
        corpus.add(Odd.get(404, "/rest/v1/T/1/2"));
        corpus.add(Odd.get(404, "/rest/v1/"));
        corpus.add(Odd.get(404, "//rest/v1/T/1"));
        corpus.add(Odd.get(404, "/rest/v1/../T/1"));
        corpus.add(Odd.get(404, "/rest/v2/T"));
        corpus.add(Odd.get(404, "/favicon.ico", "Accept: text/html"));
        corpus.add(Odd.get(404, "/rest/v1/nowhere"));
        // Repeated parameters.
        corpus.add(Odd.get(200, "/rest/v1/T?a=gte.1&a=lt.5&a=gte.1"));
        corpus.add(Odd.get(400, "/rest/v1/T?limit=1&limit=1"));
        corpus.add(Odd.get(400, "/rest/v1/T?select=a&select=b"));
        corpus.add(Odd.get(200, "/rest/v1/T?&limit=1&"));
        // Headers that change the answer.
        corpus.add(Odd.get(200, "/rest/v1/T", "Prefer: count=exact"));
        corpus.add(Odd.get(200, "/rest/v1/T", "Prefer: count=exact, handling=lenient"));
        corpus.add(Odd.get(200, "/rest/v1/T", "Prefer: unknown=1", "Prefer: count=exact"));
        corpus.add(Odd.get(400, "/rest/v1/T", "Prefer: handling=strict, unknown=1"));
        corpus.add(Odd.get(200, "/rest/v1/T", "Range: 0-4"));
        corpus.add(Odd.get(200, "/rest/v1/T", "Range: bytes=0-4"));
        corpus.add(Odd.get(416, "/rest/v1/T", "Range: 4-0"));
        corpus.add(Odd.get(200, "/rest/v1/T", "Accept: application/vnd.pgrst.object+json"));
        corpus.add(Odd.get(200, "/rest/v1/T", "Accept: text/html, */*;q=0.1"));
        corpus.add(Odd.get(406, "/rest/v1/T", "Accept: text/html"));
        corpus.add(Odd.get(200, "/rest/v1/T", "Accept-Profile: shop"));
        corpus.add(Odd.get(400, "/rest/v1/T", "Tidemark-Timeout: soon"));
        corpus.add(Odd.get(401, "/rest/v1/T", "Authorization: Bearer x"));
        corpus.add(Odd.get(401, "/rest/v1/T", "apikey: x"));
        // HEAD and conditions.
        corpus.add(Odd.of(200, "HEAD", "/rest/v1/T/1"));
        corpus.add(Odd.of(200, "HEAD", "/rest/v1/T?a=cs.{}"));
        corpus.add(Odd.of(404, "HEAD", "/rest/v1/T/0"));
        corpus.add(Odd.of(400, "HEAD", "/rest/v1/T?limit=x"));
        corpus.add(Odd.of(304, "HEAD", "/rest/v1/T/1", "If-None-Match: *"));
        corpus.add(Odd.get(304, "/rest/v1/T/1", "If-None-Match: *"));
        corpus.add(Odd.get(200, "/rest/v1/T/1", "If-None-Match: \"other\", W/\"x,y\""));
        corpus.add(Odd.get(404, "/rest/v1/T/0", "If-None-Match: *"));
        corpus.add(Odd.get(404, "/rest/v1/T/0"));
        // Encodings of the body: one entry, sent as the client can read it.
        for (String row : List.of("1", "wide", "vast")) {
            for (String coding :
                    List.of("gzip", "x-gzip", "*", "br, gzip;q=0.5", "gzip;q=0", "identity", "")) {
                String accept = "Accept-Encoding: " + coding;
                corpus.add(Odd.get(200, "/rest/v1/T/" + row, accept));
                corpus.add(Odd.of(200, "HEAD", "/rest/v1/T/" + row, accept));
                corpus.add(Odd.get(304, "/rest/v1/T/" + row, accept, "If-None-Match: *"));
            }
            corpus.add(Odd.get(200, "/rest/v1/T/" + row));
        }
        corpus.add(Odd.get(200, "/rest/v1/T?a=eq.wide", "Accept-Encoding: gzip", "Range: 0-4"));
        corpus.add(Odd.get(404, "/rest/v1/Twide/0", "Accept-Encoding: gzip"));
        corpus.add(Odd.get(400, "/rest/v1/T?wide=x", "Accept-Encoding: gzip"));
        // Methods and sizes.
        corpus.add(Odd.of(400, "POST", "/rest/v1/T/1"));
        for (String method : List.of("PUT", "PATCH", "DELETE", "PURGE")) {
            corpus.add(Odd.of(405, method, "/rest/v1/T/1"));
        }
        corpus.add(Odd.of(405, "POST", "/rest/v1/T", "X-HTTP-Method-Override: GET"));
        corpus.add(Odd.of(413, "POST", "/rest/v1/T", "Content-Length: 2000000"));
        corpus.add(Odd.get(414, "/rest/v1/T?a=eq." + "x".repeat(17_000)));
        corpus.add(Odd.get(414, "/rest/v1/T?a=eq." + "x".repeat(70_000)));
        corpus.add(Odd.get(431, "/rest/v1/T", "X-Large: " + "x".repeat(70_000)));
        // CORS: applied after the cache.
        corpus.add(Odd.get(200, "/rest/v1/T/1", "Origin: https://shop.example"));
        corpus.add(Odd.get(200, "/rest/v1/T/1", "Origin: https://evil.example"));
        corpus.add(Odd.get(404, "/rest/v1/T/0", "Origin: https://shop.example"));
        corpus.add(Odd.get(400, "/rest/v1/T?limit=x", "Origin: https://shop.example"));
        corpus.add(Odd.of(204, "OPTIONS", "/rest/v1/T"));
        corpus.add(Odd.of(204, "OPTIONS", "*"));
        return corpus;
    }

    @TestFactory
    Stream<DynamicTest> coldAndWarm_areTheSame() {
        List<Odd> corpus = corpus();
        return Stream.iterate(0, i -> i < corpus.size(), i -> i + 1)
                .map(i -> {
                    Odd odd = corpus.get(i);
                    String target = odd.target.replace("T", "t" + i + "x");
                    String name = odd.method + ' ' + target + ' ' + odd.headers;
                    return DynamicTest.dynamicTest(
                            name.substring(0, Math.min(100, name.length())),
                            () -> coldAndWarm(odd, target));
                });
    }

    private static void coldAndWarm(Odd odd, String target) {
        String[] headers = odd.headers.toArray(String[]::new);
        Response cold = gateway.http.send(odd.method, target, headers);
        Response warm = gateway.http.send(odd.method, target, headers);

        assertThat(cold.status()).as(cold.toString()).isEqualTo(odd.status);
        assertThat(warm.lasting()).isEqualTo(cold.lasting());
        if (odd.method.equals("OPTIONS")) {
            return;
        }
        if (odd.isCacheable()) {
            assertThat(cold.header("Cache-Status")).endsWith("; stored");
            assertThat(warm.header("Cache-Status")).startsWith("tidemark-near; hit");
        }
        if (odd.status >= 400) {
            assertThat(cold.header("Content-Type")).isEqualTo("application/problem+json");
            assertThat(cold.header("Cache-Control")).isEqualTo("no-store");
        }
        if (odd.method.equals("HEAD") || odd.status == 304) {
            assertThat(cold.body()).isEmpty();
        } else {
            assertThat(cold.body().length())
                    .isEqualTo(Integer.parseInt(cold.header("Content-Length")));
            assertThat(cold.content()).contains(odd.status >= 400 ? "\"code\":" : "asked");
        }
    }

    @Test
    void head_hasTheHeadOfGet() {
        Response get = gateway.http.get("/rest/v1/head/1");
        Response head = gateway.http.send("HEAD", "/rest/v1/head/1");

        assertThat(head.lasting().headers()).isEqualTo(get.lasting().headers());
        assertThat(head.body()).isEmpty();
        assertThat(head.header("Content-Length")).isEqualTo("" + get.body().length());
    }

    @Test
    void notModified_hasTheFieldsThatItMustHave() {
        Response full = gateway.http.get("/rest/v1/etag/1");
        Response same =
                gateway.http.get("/rest/v1/etag/1", "If-None-Match: W/" + full.header("ETag"));

        assertThat(same.status()).isEqualTo(304);
        for (String field : List.of("ETag", "Cache-Control", "Vary")) {
            assertThat(same.header(field)).isEqualTo(full.header(field)).isNotEmpty();
        }
        assertThat(same.headers())
                .containsKeys("Age", "Cache-Status", "Tidemark-Staleness", "Date")
                .doesNotContainKeys("Content-Type", "Content-Range");
    }

    @Test
    void notModifiedHead_isThatOfGet() {
        String etag = gateway.http.get("/rest/v1/samehead/1").header("ETag");
        Response get = gateway.http.get("/rest/v1/samehead/1", "If-None-Match: " + etag);
        Response head = gateway.http.send("HEAD", "/rest/v1/samehead/1", "If-None-Match: " + etag);

        assertThat(head.status()).isEqualTo(304);
        assertThat(head.lasting()).isEqualTo(get.lasting());
        assertThat(head.headers()).doesNotContainKey("Transfer-Encoding");
    }

    @Test
    void coldCondition_stillFillsTheCacheWithTheBody() {
        assertThat(gateway.http.get("/rest/v1/cold/1", "If-None-Match: *").status()).isEqualTo(304);

        assertThat(gateway.http.get("/rest/v1/cold/1").body()).contains("asked");
        assertThat(gateway.origin.fetches("cold")).isOne();
    }

    @Test
    void equivalentRequests_areOneEntry() {
        gateway.http.get("/rest/v1/same?b=eq.2&a=eq.1&limit=5&select=*");

        assertThat(gateway.http.get("/rest/v1/same?limit=5&a=eq.%31&b=eq.2").header("Cache-Status"))
                .startsWith("tidemark-near; hit");
        assertThat(
                        gateway.http
                                .get("/rest/v1/same?b=eq.2&a=eq.1", "Range: 0-4")
                                .header("Cache-Status"))
                .startsWith("tidemark-near; hit");
    }

    @Test
    void preflight_isAnsweredForAllowedOriginsOnly() {
        String method = "Access-Control-Request-Method: GET";
        Response allowed =
                gateway.http.send(
                        "OPTIONS", "/rest/v1/cors", "Origin: https://shop.example", method);
        Response refused =
                gateway.http.send(
                        "OPTIONS", "/rest/v1/cors", "Origin: https://evil.example", method);

        assertThat(allowed.status()).isEqualTo(204);
        assertThat(allowed.header("Access-Control-Allow-Origin")).isEqualTo("https://shop.example");
        assertThat(allowed.header("Access-Control-Allow-Headers")).contains("apikey");
        assertThat(refused.headers().keySet()).noneMatch(name -> name.startsWith("Access-"));
    }

    @Test
    void cors_isAppliedAfterTheCache() {
        Response plain = gateway.http.get("/rest/v1/shared/1");
        Response allowed = gateway.http.get("/rest/v1/shared/1", "Origin: https://shop.example");

        assertThat(plain.headers()).doesNotContainKey("Access-Control-Allow-Origin");
        assertThat(plain.header("Vary")).contains("Origin").contains("Accept-Profile");
        assertThat(allowed.header("Cache-Status")).startsWith("tidemark-near; hit");
        assertThat(allowed.header("Access-Control-Allow-Origin")).isEqualTo("https://shop.example");
        assertThat(allowed.header("Access-Control-Expose-Headers")).contains("ETag");
    }

    @Test
    void notHttp_isAProblemToo() {
        assertThat(gateway.http.get("/rest/v1/film", "Bad Name: x").status()).isEqualTo(400);
        assertThat(gateway.http.get("/rest/v1/film", "Bad Name: x").body()).contains("\"code\":");
    }

    @Test
    void root_saysWhatThisIs() {
        assertThat(gateway.http.get("/").body()).contains("Tidemark", "/rest/v1/{table}");
    }
}

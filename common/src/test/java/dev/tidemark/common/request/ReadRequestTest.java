package dev.tidemark.common.request;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.common.problem.Problem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReadRequestTest {

    /** Equivalent requests on the left have the one canonical target on the right. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    film                                  | film
                    film?                                 | film
                    film?select=*                         | film
                    film?select=                          | film
                    film?&&limit=5                        | film?limit=5
                    film?offset=0                         | film
                    film?b=eq.2&a=eq.1                    | film?a=eq.1&b=eq.2
                    film?a=eq.1&a=eq.1                    | film?a=eq.1&a=eq.1
                    film?title=eq.A%20B                   | film?title=eq.A%20B
                    film?title=eq.A+B                     | film?title=eq.A%20B
                    film?title=eq.A%2BB                   | film?title=eq.A%2BB
                    f%69lm                                | film
                    film?%74itle=eq.x                     | film?title=eq.x
                    film?id=in.(3,1,2)                    | film?id=in.(1,2,3)
                    film?id=in.("1",2,"3")                | film?id=in.(1,2,3)
                    film?id=in.()                         | film?id=in.()
                    film?id=in.("a,b","c\\"d")            | film?id=in.(%22a,b%22,c%22d)
                    film?x=is.NULL                        | film?x=is.null
                    film?x=not.is.null                    | film?x=not.is.null
                    film?x=not.eq.1                       | film?x=not.eq.1
                    film?x=eq.not.eq.1                    | film?x=eq.not.eq.1
                    film?x=fts(english).cat               | film?x=fts(english).cat
                    film?x=eq."quoted"                    | film?x=eq.%22quoted%22
                    film?or=(b.eq.2,a.eq.1)               | film?or=(a.eq.1,b.eq.2)
                    film?or=(a.eq."1",b.eq.2)             | film?or=(a.eq.1,b.eq.2)
                    film?and=(a.gt.1,or(c.eq.3,b.eq.2))   | film?a=gt.1&or=(b.eq.2,c.eq.3)
                    film?not.or=(a.eq.1,not.and(b.eq.2))  | film?not.or=(a.eq.1,not.and(b.eq.2))
                    film?or=(a.eq.1,or(b.eq.2,and(c.eq.3))) | film?or=(a.eq.1,b.eq.2,c.eq.3)
                    film?and=(a.cs.{1,2},b.eq.1)          | film?a=cs.%7B1,2%7D&b=eq.1
                    film?or=(a.cs.{1,2},b.eq.1)           | film?or=(a.cs.%22%7B1,2%7D%22,b.eq.1)
                    film?or=(a.eq.1)                      | film?a=eq.1
                    film?and=(a.in.(2,1),b.is.true)       | film?a=in.(1,2)&b=is.true
                    film?and=("select".eq.1)              | film?and=(select.eq.1)
                    film?order=a.asc,b.desc.nullsfirst    | film?order=a,b.desc
                    film?order=a.nullslast,b.desc.nullslast | film?order=a,b.desc.nullslast
                    film?order=a.asc.nullsfirst           | film?order=a.nullsfirst
                    film?select=b,a                       | film?select=b,a
                    film?select=x:title,length::text      | film?select=x:title,length::text
                    film?select="a b"                     | film?select=%22a%20b%22
                    film?limit=010                        | film?limit=10
                    film/1                                | film/1
                    film/%31                              | film/1
                    film/a+b                              | film/a%2Bb
                    film_actor/1,2                        | film_actor/1,2
                    t/a%2Cb,c                             | t/a%2Cb,c
                    t/a%2Fb                               | t/a%2Fb
                    t/1?select=*                          | t/1
                    b%C4%B1g                              | b%C4%B1g
                    """)
    void equivalentTargets_haveOneCanonicalForm(String target, String canonical) {
        ReadRequest request = read("GET", "/rest/v1/" + target, Map.of());

        assertThat(request.canonical().target()).isEqualTo("/rest/v1/" + canonical);
        assertThat(read("GET", request.canonical().target(), Map.of())).isEqualTo(request);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    film?a=eq.1               | film?a=eq.2
                    film?a=eq.1               | film?a=eq.1&a=eq.1
                    film?select=a,b           | film?select=b,a
                    film?order=a,b            | film?order=b,a
                    film?a=eq.(1)             | film?a=eq.1
                    film/1                    | film?id=eq.1
                    film?a=in.(1)             | film?a=eq.1
                    film?or=(a.eq.1,b.eq.2)   | film?and=(a.eq.1,b.eq.2)
                    film?not.and=(a.eq.1)     | film?a=eq.1
                    film?limit=0              | film
                    """)
    void differentRequests_haveDifferentCanonicalForms(String one, String other) {
        assertThat(read("GET", "/rest/v1/" + one, Map.of()).canonical().text())
                .isNotEqualTo(read("GET", "/rest/v1/" + other, Map.of()).canonical().text());
    }

    /** What cannot be understood is refused, with a message that names what is wrong. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            textBlock =
                    """
                    film?limit=1&limit=1      | 400 | 'limit' is given twice
                    film?select=a&select=b    | 400 | 'select' is given twice
                    film?limit=-1             | 400 | 'limit' is not a number of rows: '-1'
                    film?limit=x              | 400 | 'limit' is not a number
                    film?offset=              | 400 | 'offset' is not a number
                    film?limit=9999999999999999 | 400 | 'limit' is not a number
                    film?a=1                  | 400 | the filter on 'a' has no operator '1'
                    film?a                    | 400 | the filter on 'a' has no operator
                    film?a=EQ.1               | 400 | no operator 'EQ'
                    film?a=eq                 | 400 | a value is missing
                    film?a=eq(any).1          | 400 | no operator 'eq(…)'
                    film?a=is.maybe           | 400 | 'is' takes null
                    film?a=in.1               | 400 | '(' was expected
                    film?a=in.(1              | 400 | ')' was expected
                    film?a=in.(1)2            | 400 | nothing more was expected
                    film?a=in.("1)            | 400 | a quoted text does not end
                    film?a=fts(eng'lish).x    | 400 | does not name a text search configuration
                    film?or=a.eq.1            | 400 | '(' was expected
                    film?or=(a.eq.1           | 400 | ')' was expected
                    film?or=()                | 400 | a column was expected
                    film?and=(a.cs.{1,b.eq.1) | 400 | a '{' is not closed
                    film?select=actor(*)      | 400 | embedding is not supported
                    film?select=a,            | 400 | a column was expected
                    film?select=a::int;drop   | 400 | is not the name of a type
                    film?select=data->>x      | 400 | select reads into JSON
                    film?data->>x=eq.1        | 400 | a filter reads into JSON
                    film?or=(data->x.eq.1)    | 400 | a filter reads into JSON
                    film?order=data->x        | 400 | order reads into JSON
                    film?order=a.up           | 400 | write column.asc or column.desc
                    film?title=eq.%           | 400 | '%' that two hexadecimal digits do not follow
                    film?title=eq.%4          | 400 | '%' that two hexadecimal digits do not follow
                    film?title=eq.%zz         | 400 | '%' that two hexadecimal digits do not follow
                    film?title=eq.%ff         | 400 | is not UTF-8
                    film?title=eq.%C0%AF      | 400 | is not UTF-8
                    film?title=eq.%00         | 400 | NUL
                    film?title=eq.é           | 400 | not ASCII
                    film/1,                   | 400 | an empty part
                    film/                     | 400 | an empty part
                    film/1?limit=1            | 400 | no meaning beside a key
                    film/1?title=eq.x         | 400 | no meaning beside a key
                    film/1/2                  | 404 | nothing is served at this path
                              | 404 | nothing is served at this path
                    """)
    void malformedTargets_areRefusedByName(@Nullable String target, int status, String message) {
        Problem problem = refused("GET", "/rest/v1/" + (target == null ? "" : target), Map.of());

        assertThat(problem.status()).isEqualTo(status);
        assertThat(problem.message()).contains(message);
    }

    @Test
    void deeplyNestedTree_isRefused() {
        String tree = "and(".repeat(50) + "a.eq.1" + ")".repeat(50);

        assertThat(refused("GET", "/rest/v1/film?and=(" + tree + ")", Map.of()).message())
                .contains("nest deeper than 10");
    }

    @Test
    void longTargets_are414() {
        String target = "/rest/v1/film?title=eq." + "x".repeat(17_000);

        assertThat(refused("GET", target, Map.of()).status()).isEqualTo(414);
    }

    @Test
    void longestTarget_isUnderstoodOnceItIsCanonical() {
        String target = "/rest/v1/film?title=in.(" + "+".repeat(16_000) + ")";
        String canonical = read("GET", target, Map.of()).canonical().target();

        assertThat(canonical.length()).isGreaterThan(target.length());
        assertThat(ReadRequest.parseCanonical("GET", canonical, headers(Map.of())))
                .isEqualTo(new ReadRequest.Parsed.Read(read("GET", target, Map.of())));
    }

    @Test
    void methodsThatWrite_are405() {
        assertThat(refused("POST", "/rest/v1/film", Map.of()).status()).isEqualTo(405);
    }

    @Test
    void pathsElsewhere_areNotOurs() {
        assertThat(ReadRequest.parse("GET", "/actuator/health", headers(Map.of())))
                .isInstanceOf(ReadRequest.Parsed.NotOurs.class);
        assertThat(ReadRequest.parse("GET", "/rest/v1", headers(Map.of())))
                .isInstanceOf(ReadRequest.Parsed.NotOurs.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    film                   | 0-9     | 10 | 0
                    film                   | 10-     |    | 10
                    film                   | 5-5     | 1  | 5
                    film?limit=5           | 0-9     | 5  | 0
                    film?limit=50&offset=3 | 0-9     | 7  | 3
                    film?offset=30         | 0-9     | 0  | 30
                    """)
    void rangeHeader_isFoldedIntoThePage(String target, String range, Long limit, long offset) {
        ReadRequest request = read("GET", "/rest/v1/" + target, Map.of("Range", range));

        assertThat(request.pagedByRange()).isTrue();
        assertThat(request.canonical().offset()).isEqualTo(offset);
        assertThat(request.canonical().limit())
                .isEqualTo(limit == null ? OptionalLong.empty() : OptionalLong.of(limit));
    }

    @Test
    void rangeOfAnotherUnit_isIgnored() {
        assertThat(read("GET", "/rest/v1/film", Map.of("Range", "bytes=0-9")).pagedByRange())
                .isFalse();
        assertThat(
                        read("GET", "/rest/v1/film", Map.of("Range", "0-9", "Range-Unit", "bytes"))
                                .pagedByRange())
                .isFalse();
    }

    @Test
    void rangeThatEndsBeforeItBegins_is416() {
        assertThat(refused("GET", "/rest/v1/film", Map.of("Range", "9-0")).status()).isEqualTo(416);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    */*                                                       | false
                    application/json                                          | false
                    application/vnd.pgrst.object+json                         | true
                    Application/Vnd.Pgrst.Object+JSON                         | true
                    application/vnd.pgrst.object                              | true
                    application/json, application/vnd.pgrst.object+json;q=0.5 | false
                    application/json;q=0.5, application/vnd.pgrst.object+json | true
                    text/html, */*;q=0.1                                      | false
                    application/*                                             | false
                    """)
    void accept_choosesTheShape(String accept, boolean object) {
        assertThat(read("GET", "/rest/v1/film", Map.of("Accept", accept)).canonical().object())
                .isEqualTo(object);
    }

    @ParameterizedTest
    @CsvSource({"text/csv", "application/json;q=0", "application/json;q=x"})
    void accept_ofNothingThatCanBeProduced_is406(String accept) {
        assertThat(refused("GET", "/rest/v1/film", Map.of("Accept", accept)).status())
                .isEqualTo(406);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            textBlock =
                    """
                    gzip                        | true
                    GZip                        | true
                    x-gzip                      | true
                    *                           | true
                    gzip, deflate, br, zstd     | true
                    br;q=1.0, gzip;q=0.8, *;q=0.1 | true
                    gzip;q=0.001                | true
                    deflate , gzip ; q=0.5      | true
                    identity;q=0, *             | true
                    identity;q=0.5, gzip;q=0.5  | true
                    *;q=0, gzip                 | true
                    ~~                          | false
                    identity                    | false
                    br, deflate                 | false
                    gzip;q=0                    | false
                    gzip;q=0.0, *               | false
                    gzip;Q=0                    | false
                    gzip;q=x                    | false
                    x-gzip;q=0, gzip            | false
                    *;q=0                       | false
                    identity, gzip;q=0.5        | false
                    gzipped                     | false
                    """)
    void acceptEncoding_decidesOnGzip(String acceptEncoding, boolean gzip) {
        Map<String, String> fields = Map.of("Accept-Encoding", acceptEncoding);

        assertThat(read("GET", "/rest/v1/film", fields).prefersGzip()).isEqualTo(gzip);
    }

    @Test
    void acceptEncoding_neitherGivenNorPartOfWhatIsCached() {
        ReadRequest silent = read("GET", "/rest/v1/film", Map.of());

        assertThat(silent.prefersGzip()).isFalse();
        assertThat(read("GET", "/rest/v1/film", Map.of("Accept-Encoding", "gzip")).canonical())
                .isEqualTo(silent.canonical());
    }

    @Test
    void prefer_countsAndIgnoresWhatItDoesNotKnow() {
        ReadRequest request =
                read("GET", "/rest/v1/film", Map.of("Prefer", "count=exact, tx=rollback"));

        assertThat(request.canonical().counted()).isTrue();
        assertThat(request.preferencesApplied()).isEqualTo("count=exact");
        assertThat(
                        refused(
                                        "GET",
                                        "/rest/v1/film",
                                        Map.of("Prefer", "handling=strict, count=planned"))
                                .code())
                .isEqualTo("PGRST122");
    }

    @Test
    void readByKey_isOneRowHoweverItIsAskedFor() {
        ReadRequest plain = read("GET", "/rest/v1/film/1", Map.of());
        ReadRequest decorated =
                read(
                        "GET",
                        "/rest/v1/film/1",
                        Map.of(
                                "Accept", MediaTypes.OBJECT,
                                "Prefer", "count=exact",
                                "Range", "0-1"));

        assertThat(decorated.canonical()).isEqualTo(plain.canonical());
        assertThat(decorated.pagedByRange()).isFalse();
    }

    @Test
    void conditionalAndCacheHeaders_areRead() {
        ReadRequest request =
                read(
                        "HEAD",
                        "/rest/v1/film",
                        Map.of(
                                "If-None-Match", "\"a,b\", W/\"c\"",
                                "Cache-Control",
                                        "max-age=5, No-Cache, x=y, max-stale=\"7\", Stale-If-Error=9",
                                "Tidemark-Max-Staleness", "500ms",
                                "Tidemark-Timeout", "2s",
                                "Tidemark-Token", "t"));

        assertThat(request.head()).isTrue();
        assertThat(request.ifNoneMatch()).containsExactly("\"a,b\"", "W/\"c\"");
        assertThat(request.directives())
                .isEqualTo(
                        new CacheDirectives(
                                true,
                                false,
                                false,
                                Optional.of(Duration.ofSeconds(5)),
                                Optional.of(Duration.ofSeconds(7)),
                                Optional.of(Duration.ofSeconds(9))));
        assertThat(request.maxStaleness()).contains(Duration.ofMillis(500));
        assertThat(request.timeout()).contains(Duration.ofSeconds(2));
        assertThat(request.tokens()).containsExactly("t");
        assertThat(refused("GET", "/rest/v1/film", Map.of("Tidemark-Timeout", "soon")).message())
                .contains("Tidemark-Timeout is not a duration");
    }

    @Test
    void directives_thatAreNotWellFormed_sayNothing_andMaxStaleWithoutANumberIsAny() {
        CacheDirectives odd = directives("max-age=-1, max-stale=x, stale-if-error, max-age");
        assertThat(odd).isEqualTo(CacheDirectives.NONE);
        assertThat(directives("max-stale").maxStale().orElseThrow()).hasDays(24855);
        assertThat(directives("max-stale=99999999999").maxStale().orElseThrow()).hasDays(24855);
    }

    private static CacheDirectives directives(String cacheControl) {
        return read("GET", "/rest/v1/film", Map.of("Cache-Control", cacheControl)).directives();
    }

    @Test
    void profile_isPartOfTheRequest() {
        ReadRequest other = read("GET", "/rest/v1/film", Map.of("Accept-Profile", "audit"));

        assertThat(other.canonical().profile()).contains("audit");
        assertThat(other.canonical().text())
                .isNotEqualTo(read("GET", "/rest/v1/film", Map.of()).canonical().text());
    }

    static ReadRequest read(String method, String target, Map<String, String> fields) {
        ReadRequest.Parsed parsed = ReadRequest.parse(method, target, headers(fields));
        assertThat(parsed).as(target).isInstanceOf(ReadRequest.Parsed.Read.class);
        return ((ReadRequest.Parsed.Read) parsed).request();
    }

    private static Problem refused(String method, String target, Map<String, String> fields) {
        ReadRequest.Parsed parsed = ReadRequest.parse(method, target, headers(fields));
        assertThat(parsed).as(target).isInstanceOf(ReadRequest.Parsed.Refused.class);
        return ((ReadRequest.Parsed.Refused) parsed).problem();
    }

    private static RequestHeaders headers(Map<String, String> fields) {
        return name -> {
            List<String> values = new ArrayList<>();
            fields.forEach((field, value) -> {
                if (field.equalsIgnoreCase(name)) {
                    values.add(value);
                }
            });
            return values;
        };
    }
}

package dev.tidemark.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.common.request.ReadRequest;
import dev.tidemark.common.tag.Lsn;
import dev.tidemark.common.tag.Tags;
import dev.tidemark.common.tag.Version;
import dev.tidemark.common.wire.Answer;
import dev.tidemark.common.wire.BodyEncoding;
import dev.tidemark.common.wire.DatabaseIdentity;
import dev.tidemark.common.wire.HeaderField;
import dev.tidemark.common.wire.Policy;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResponseHeadTest {

    private static final String ETAG = "\"abc\"";

    private static ReadRequest request(String method, Map<String, String> headers) {
        return switch (ReadRequest.parse(
                method,
                "/rest/v1/film",
                name -> Optional.ofNullable(headers.get(name)).stream().toList())) {
            case ReadRequest.Parsed.Read(ReadRequest request) -> request;
            default -> throw new AssertionError();
        };
    }

    private static Answer entry(int status, Duration clientMaxAge) {
        return new Answer(
                status,
                List.of(
                        new HeaderField("Content-Type", "application/json"),
                        new HeaderField("Content-Range", "0-4/*"),
                        new HeaderField("ETag", ETAG),
                        new HeaderField("Tidemark-Internal-Tags", "ff")),
                new byte[42],
                new Version(1),
                Lsn.UNKNOWN,
                Tags.NONE,
                new Policy(Duration.ofMinutes(1), Duration.ofHours(1), clientMaxAge, true),
                DatabaseIdentity.UNKNOWN,
                false);
    }

    /** Bytes that say of themselves that they unpack to 3000. */
    private static Answer packed(int status) {
        byte[] body = new byte[42];
        ByteBuffer.wrap(body).order(ByteOrder.LITTLE_ENDIAN).putInt(38, 3000);
        return entry(status, Duration.ZERO).withBody(body, BodyEncoding.GZIP);
    }

    private static Provenance provenance(Duration staleness) {
        return new Provenance("status", ServerTiming.NEAR, staleness, Optional.of("token"));
    }

    private static ResponseHead head(Answer answer, ReadRequest request, boolean stale) {
        Duration staleness = Duration.ofMillis(7_811).plusNanos(1);
        return ResponseHead.of(answer, request, stale, provenance(staleness));
    }

    private static String field(ResponseHead head, String name) {
        List<String> values =
                head.fields().stream()
                        .filter(field -> field.name().equals(name))
                        .map(HeaderField::value)
                        .toList();
        assertThat(values).as(name).hasSizeLessThanOrEqualTo(1);
        return values.isEmpty() ? "" : values.getFirst();
    }

    @Test
    void usualAnswer_hasAllThatItMustHave() {
        ResponseHead head = head(entry(200, Duration.ZERO), request("GET", Map.of()), false);

        assertThat(head.status()).isEqualTo(200);
        assertThat(head.withBody()).isTrue();
        assertThat(field(head, "Age")).isEqualTo("7");
        assertThat(field(head, "Tidemark-Staleness")).isEqualTo("7812ms");
        assertThat(field(head, "Tidemark-Token")).isEqualTo("token");
        assertThat(field(head, "Content-Length")).isEqualTo("42");
        assertThat(field(head, "Cache-Control")).isEqualTo("no-cache");
        assertThat(field(head, "CDN-Cache-Control")).isEmpty();
        assertThat(field(head, "Vary"))
                .isEqualTo("Accept, Accept-Encoding, Accept-Profile, Prefer, Range, Authorization");
        assertThat(field(head, "ETag")).isEqualTo(ETAG);
        assertThat(field(head, "X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(field(head, "Tidemark-Internal-Tags")).isEmpty();
    }

    @Test
    void clientMaxAge_isToldToBrowsersAndCdns() {
        ResponseHead head =
                head(entry(200, Duration.ofSeconds(30)), request("GET", Map.of()), false);

        assertThat(field(head, "Cache-Control")).isEqualTo("max-age=30");
        assertThat(field(head, "CDN-Cache-Control")).isEqualTo("max-age=30");
    }

    @Test
    void staleNotFoundAndPagedByRange_areNotForStoring() {
        Answer entry = entry(200, Duration.ofSeconds(30));
        ReadRequest plain = request("GET", Map.of());

        for (ResponseHead head :
                List.of(
                        head(entry, plain, true),
                        head(entry(404, Duration.ofSeconds(30)), plain, false),
                        head(entry, request("GET", Map.of("Range", "0-4")), false))) {
            assertThat(field(head, "Cache-Control")).isEqualTo("no-store");
            assertThat(field(head, "CDN-Cache-Control")).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '\'',
            textBlock =
                    """
                    200, '"abc"', 304
                    206, '"abc"', 304
                    200, 'W/"abc"', 304
                    200, '"x", "abc"', 304
                    200, '*', 304
                    200, '"ABC"', 200
                    200, 'abc', 200
                    200, '"x,abc"', 200
                    404, '"abc"', 404
                    404, '*', 404
                    200, '"abc-gzip"', 304
                    200, 'W/"abc-gzip"', 304
                    206, '"x", "abc-gzip"', 304
                    200, '"abc-br"', 200
                    200, '"abc-gzip-gzip"', 200
                    200, 'abc-gzip', 200
                    """)
    void condition_countsOnlyWhereTheAnswerWouldBe2xx(
            int status, String ifNoneMatch, int expected) {
        ReadRequest request = request("GET", Map.of("If-None-Match", ifNoneMatch));
        ResponseHead head = head(entry(status, Duration.ZERO), request, false);

        assertThat(head.status()).isEqualTo(expected);
        assertThat(head.withBody()).isEqualTo(expected != 304);
        assertThat(field(head, "Content-Type").isEmpty()).isEqualTo(expected == 304);
        assertThat(field(head, "Content-Length").isEmpty()).isEqualTo(expected == 304);
        assertThat(field(head, "ETag")).isEqualTo(ETAG);
    }

    @Test
    void head_isTheHeadOfGetWithoutABody() {
        Answer entry = entry(200, Duration.ZERO);
        ResponseHead head = head(entry, request("HEAD", Map.of()), false);

        assertThat(head.withBody()).isFalse();
        assertThat(head.fields()).isEqualTo(head(entry, request("GET", Map.of()), false).fields());
    }

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
                    GET, gzip, 42, "abc-gzip"
                    GET, 'br, gzip;q=0.5', 42, "abc-gzip"
                    GET, identity, 3000, "abc"
                    GET, gzip;q=0, 3000, "abc"
                    HEAD, gzip, 42, "abc-gzip"
                    HEAD, br, 3000, "abc"
                    """)
    void packedBody_isDescribedAsItIsSent(
            String method, String acceptEncoding, String bytes, String etag) {
        Map<String, String> coding = Map.of("Accept-Encoding", acceptEncoding);
        ResponseHead head = head(packed(200), request(method, coding), false);
        boolean gzip = etag.contains("gzip");

        assertThat(head.withBody()).isEqualTo(method.equals("GET"));
        assertThat(head.encoding()).isEqualTo(gzip ? BodyEncoding.GZIP : BodyEncoding.IDENTITY);
        assertThat(field(head, "Content-Length")).isEqualTo(bytes);
        assertThat(field(head, "Content-Encoding")).isEqualTo(gzip ? "gzip" : "");
        assertThat(field(head, "ETag")).isEqualTo(etag);
    }

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
                    gzip, "abc", "abc-gzip"
                    gzip, "abc-gzip", "abc-gzip"
                    identity, "abc-gzip", "abc"
                    identity, "abc", "abc"
                    """)
    void notModified_hasTheTagOfWhatTheClientWouldHaveGot(
            String acceptEncoding, String ifNoneMatch, String etag) {
        ReadRequest request =
                request(
                        "GET",
                        Map.of("Accept-Encoding", acceptEncoding, "If-None-Match", ifNoneMatch));
        ResponseHead head = head(packed(200), request, false);

        assertThat(head.status()).isEqualTo(304);
        assertThat(field(head, "ETag")).isEqualTo(etag);
        assertThat(field(head, "Content-Encoding")).isEmpty();
        assertThat(field(head, "Content-Length")).isEmpty();
    }

    @Test
    void shortBody_hasTheSameTagForAll() {
        ReadRequest gzip = request("GET", Map.of("Accept-Encoding", "gzip"));
        ResponseHead head = head(entry(200, Duration.ZERO), gzip, false);

        assertThat(field(head, "ETag")).isEqualTo(ETAG);
        assertThat(field(head, "Content-Encoding")).isEmpty();
        assertThat(field(head, "Content-Length")).isEqualTo("42");
    }

    @Test
    void stream_isIdentity_andMatchesEitherForm() {
        List<HeaderField> origin = List.of(new HeaderField("ETag", ETAG));
        for (String tag : List.of(ETAG, "\"abc-gzip\"")) {
            ReadRequest request =
                    request("GET", Map.of("Accept-Encoding", "gzip", "If-None-Match", tag));
            ResponseHead head =
                    ResponseHead.ofStream(200, origin, request, provenance(Duration.ZERO));

            assertThat(head.status()).isEqualTo(304);
            assertThat(head.encoding()).isEqualTo(BodyEncoding.IDENTITY);
            assertThat(field(head, "ETag")).isEqualTo(ETAG);
        }
    }

    @Test
    void preferences_areConfirmed() {
        ReadRequest request = request("GET", Map.of("Prefer", "count=exact"));
        ResponseHead head = head(entry(200, Duration.ZERO), request, false);

        assertThat(field(head, "Preference-Applied")).isEqualTo("count=exact");
    }

    @Test
    void cacheStatus_isAsTheContractSays() {
        Duration left = Duration.ofMillis(53_900);
        assertThat(CacheStatus.nearHit(left, true)).isEqualTo("tidemark-near; hit; ttl=53");
        assertThat(CacheStatus.nearHit(left, false))
                .isEqualTo("tidemark-near; hit; ttl=53; detail=time-only");
        assertThat(CacheStatus.sharedHit(left, true, Forward.MISS, true, false))
                .isEqualTo("tidemark-shared; hit; ttl=53, tidemark-near; fwd=miss; stored");
        assertThat(CacheStatus.fetched(Optional.of(Forward.MISS), Forward.MISS, 200, true, true))
                .isEqualTo(
                        "tidemark-shared; fwd=miss, tidemark-near; fwd=miss; fwd-status=200;"
                                + " stored; collapsed");
        assertThat(CacheStatus.staleIfError(Duration.ofMillis(-11_100)))
                .isEqualTo("tidemark-near; hit; ttl=-12; detail=stale-if-error");
    }

    @Test
    void serverTiming_hasTwoDecimals() {
        assertThat(ServerTiming.NEAR.value()).isEqualTo("near");
        assertThat(
                        new ServerTiming(
                                        Optional.of(Duration.ofNanos(1_058_999)),
                                        Optional.of(Duration.ofMillis(13)))
                                .value())
                .isEqualTo("shared;dur=1.05, origin;dur=13.00");
    }
}

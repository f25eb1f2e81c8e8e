package dev.tidemark.common.request;

import static dev.tidemark.common.request.CanonicalRequestTest.condition;
import static dev.tidemark.common.request.CanonicalRequestTest.odd;
import static dev.tidemark.common.request.CanonicalRequestTest.selectItem;
import static dev.tidemark.common.request.CanonicalRequestTest.several;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.common.problem.Problem;
import dev.tidemark.common.request.CanonicalWrite.Method;
import dev.tidemark.common.request.CanonicalWrite.Resolution;
import dev.tidemark.common.request.CanonicalWrite.Returned;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WriteRequestTest {

    private static final List<Method> METHODS = List.of(Method.values());
    private static final List<Resolution> RESOLUTIONS = List.of(Resolution.values());
    private static final List<Returned> RETURNED = List.of(Returned.values());

    private static RequestHeaders headers(Map<String, String> headers) {
        return name -> Optional.ofNullable(headers.get(name)).stream().toList();
    }

    private static WriteRequest write(String method, String target, Map<String, String> headers) {
        WriteRequest.Parsed parsed =
                WriteRequest.parseCanonical(method, "/rest/v1/" + target, headers(headers));
        assertThat(parsed).isInstanceOf(WriteRequest.Parsed.Write.class);
        return ((WriteRequest.Parsed.Write) parsed).request();
    }

    private static Problem refused(String method, String target, Map<String, String> headers) {
        WriteRequest.Parsed parsed =
                WriteRequest.parse(method, "/rest/v1/" + target, headers(headers));
        assertThat(parsed).isInstanceOf(WriteRequest.Parsed.Refused.class);
        return ((WriteRequest.Parsed.Refused) parsed).problem();
    }

    /** Gateway and origin parse with the same grammar: what one writes the other reads alike. */
    @Test
    void anyWrite_survivesBeingWrittenAndRead() {
        long seed = Long.getLong("seed", System.nanoTime());
        Random random = new Random(seed);
        for (int i = 0; i < 10_000; i++) {
            CanonicalWrite write = write(random);
            CanonicalWrite read =
                    write(
                                    write.method().http(),
                                    write.target().substring("/rest/v1/".length()),
                                    Map.of("Accept", write.accept(), "Prefer", write.prefer()))
                            .canonical();

            assertThat(read).as("-Dseed=%d, write %d", seed, i).isEqualTo(write);
            assertThat(read.text()).isEqualTo(write.text());
        }
    }

    private static CanonicalWrite write(Random random) {
        Method method = METHODS.get(random.nextInt(4));
        boolean insert = method == Method.INSERT;
        boolean byKey = !insert && random.nextInt(3) == 0;
        return new CanonicalWrite(
                method,
                Optional.empty(),
                odd(random),
                byKey ? several(random, 1, 3, () -> odd(random)) : List.of(),
                new Condition.Junction(
                        false,
                        false,
                        byKey || insert
                                ? List.of()
                                : several(random, 0, 3, () -> condition(random, 0))),
                several(random, 0, 3, () -> selectItem(random)),
                method.hasBody() && random.nextBoolean()
                        ? Optional.of(
                                several(random, 1, 3, () -> odd(random)).stream()
                                        .distinct()
                                        .toList())
                        : Optional.empty(),
                insert
                        ? several(random, 0, 2, () -> odd(random)).stream().distinct().toList()
                        : List.of(),
                insert && random.nextBoolean()
                        ? Optional.of(RESOLUTIONS.get(random.nextInt(2)))
                        : Optional.empty(),
                RETURNED.get(random.nextInt(3)),
                method.hasBody() && random.nextBoolean(),
                random.nextBoolean(),
                random.nextBoolean());
    }

    /** No input crashes the parser: it is read, refused or none of ours. */
    @Test
    void anyText_isReadOrRefused() {
        long seed = Long.getLong("seed", System.nanoTime());
        Random random = new Random(seed);
        String[] pieces = {
            "film",
            "/",
            "?",
            "&",
            "=",
            "columns",
            "on_conflict",
            "select",
            "eq.",
            "in.(",
            ")",
            "%",
            "%41",
            ",",
            "\"",
            "or",
            "and",
            "not.",
            "a",
            "1",
            "é",
            "\0",
            " ",
            "limit",
            "order"
        };
        for (int i = 0; i < 20_000; i++) {
            StringBuilder target = new StringBuilder("/rest/v1/");
            for (int n = random.nextInt(12); n >= 0; n--) {
                target.append(pieces[random.nextInt(pieces.length)]);
            }
            String method = METHODS.get(random.nextInt(4)).http();
            WriteRequest.Parsed parsed =
                    WriteRequest.parse(method, target.toString(), headers(Map.of()));
            if (parsed instanceof WriteRequest.Parsed.Refused(Problem problem)) {
                assertThat(problem.status())
                        .as("-Dseed=%d %s %s", seed, method, target)
                        .isBetween(400, 499);
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    POST   | film?columns=b,"a b",b&on_conflict=x,y&select=* | film?columns=b,%22a%20b%22&on_conflict=x,y
                    POST   | film?columns=                         | film
                    PATCH  | film?b=eq.2&a=eq.1&select=title       | film?select=title&a=eq.1&b=eq.2
                    PATCH  | film?id=eq.1&on_conflict=x            | film?id=eq.1
                    DELETE | film?or=(b.eq.2,a.eq.1)&columns=x     | film?or=(a.eq.1,b.eq.2)
                    PUT    | film/a%2Cb,%63                        | film/a%2Cb,c
                    """)
    void equivalentTargets_haveOneCanonicalForm(String method, String target, String canonical) {
        assertThat(write(method, target, Map.of()).canonical().target())
                .isEqualTo("/rest/v1/" + canonical);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            textBlock =
                    """
                    POST   | film/1              | 400 | POST makes rows of a table
                    POST   | film?id=eq.1        | 400 | no meaning on an insert
                    PATCH  | film?limit=1        | 400 | 'limit' has no meaning on a write
                    DELETE | film?order=a        | 400 | 'order' has no meaning on a write
                    DELETE | film?offset=1       | 400 | 'offset' has no meaning on a write
                    PATCH  | film/1?title=eq.x   | 400 | no meaning beside a key
                    PATCH  | film?id=1           | 400 | has no operator '1'
                    POST   | film?columns=a,,b   | 400 | a column was expected
                    POST   | film?columns="a"b   | 400 | ',' was expected
                    POST   | film?columns=a&columns=b | 400 | 'columns' is given twice
                    DELETE | film/1/2            | 404 | nothing is served
                    """)
    void malformedTargets_areRefusedByName(
            String method, String target, int status, String message) {
        Problem problem = refused(method, target, Map.of());

        assertThat(problem.status()).isEqualTo(status);
        assertThat(problem.message()).contains(message);
    }

    @Test
    void preferences_thatSaySomethingOfTheMethodAreApplied() {
        Map<String, String> prefer =
                Map.of(
                        "Prefer",
                        "return=representation, resolution=merge-duplicates, missing=default,"
                                + " return=minimal, tx=commit");

        WriteRequest insert = write("POST", "film", prefer);
        assertThat(insert.canonical().returned()).isEqualTo(Returned.REPRESENTATION);
        assertThat(insert.canonical().resolution()).contains(Resolution.MERGE_DUPLICATES);
        assertThat(insert.canonical().missingDefault()).isTrue();
        assertThat(insert.preferencesApplied())
                .isEqualTo("return=representation, resolution=merge-duplicates, missing=default");
        WriteRequest delete = write("DELETE", "film?id=eq.1", prefer);
        assertThat(delete.canonical().resolution()).isEmpty();
        assertThat(delete.preferencesApplied()).isEqualTo("return=representation");
        assertThat(
                        refused("DELETE", "film?id=eq.1", Map.of("Prefer", "handling=strict, tx=x"))
                                .code())
                .isEqualTo("PGRST122");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            textBlock =
                    """
                    Content-Type     | text/csv                         | 415
                    Content-Type     | application/json; charset=latin1 | 415
                    Content-Encoding | gzip                             | 415
                    Accept           | text/html                        | 406
                    If-Match         | "x"                              | 400
                    If-None-Match    | *                                | 400
                    Idempotency-Key  | a b                              | 400
                    Tidemark-Timeout | soon                             | 400
                    """)
    void headersThatCannotBeFollowed_areRefused(String name, String value, int status) {
        assertThat(refused("POST", "film", Map.of(name, value)).status()).isEqualTo(status);
    }

    @Test
    void headers_areRead() {
        WriteRequest request =
                write(
                        "PATCH",
                        "film/1",
                        Map.of(
                                "Content-Type", "application/json; charset=\"UTF-8\"",
                                "Content-Profile", "shop",
                                "If-Match", "\"a,b\", W/\"c\"",
                                "Idempotency-Key", "k1",
                                "Tidemark-Timeout", "2s"));

        assertThat(request.canonical().profile()).contains("shop");
        assertThat(request.ifMatch()).containsExactly("\"a,b\"", "W/\"c\"");
        assertThat(request.idempotencyKey()).contains("k1");
        assertThat(request.timeout()).contains(Duration.ofSeconds(2));
    }

    @Test
    void differentWrites_haveDifferentTexts() {
        assertThat(write("PATCH", "film/1", Map.of()).canonical().text())
                .isNotEqualTo(write("PUT", "film/1", Map.of()).canonical().text());
    }
}

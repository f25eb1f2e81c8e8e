package dev.tidemark.gateway;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.tidemark.common.wire.AnswerHeaders;
import dev.tidemark.gateway.fake.Gateway;
import dev.tidemark.gateway.fake.RawHttp.Response;
import java.io.IOException;
import java.net.Socket;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Writes through the real gateway, to an origin that speaks the contract. */
@SuppressWarnings("NullAway.Init")
class WritesIT {

    /** More than fits into all buffers on the way. */
    private static final int ENDLESS_BYTES = 64 << 20;

    private static Gateway gateway;

    @BeforeAll
    static void start() {
        gateway = new Gateway("--tidemark.cors.allowed-origins=https://shop.example");
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @Test
    void write_reachesTheOriginInCanonicalForm_andIsAnsweredWithoutInternals() {
        String body = "[{\"title\": \"Ü\"}]";
        Response response =
                gateway.http.write(
                        "POST",
                        "/rest/v1/%77?on_conflict=b,a&select=*",
                        body,
                        "Content-Type: application/json; charset=utf-8",
                        "Prefer: return=representation, resolution=merge-duplicates, tx=commit",
                        "Content-Profile: shop",
                        "Idempotency-Key: k1",
                        "Cookie: secret=1",
                        "X-HTTP-Method-Override: DELETE",
                        "Tidemark-Internal-Written: forged",
                        "Tidemark-Timeout: 1500ms");

        assertThat(response.status()).as(response.body()).isEqualTo(201);
        assertThat(response.body()).isEqualTo(body);
        assertThat(response.header("Location")).isEqualTo("/rest/v1/w/1");
        assertThat(response.header("Cache-Control")).isEqualTo("no-store");
        assertThat(response.header("Preference-Applied"))
                .isEqualTo("return=representation, resolution=merge-duplicates");
        assertThat(response.headers().keySet())
                .noneMatch(AnswerHeaders::isInternal)
                .doesNotContain("X-Secret");
        assertThat(gateway.origin.targets).contains("/rest/v1/w?on_conflict=b,a");
        var sent = gateway.origin.lastHeaders;
        assertThat(sent.get("Prefer"))
                .isEqualTo("return=representation, resolution=merge-duplicates");
        assertThat(sent.get("Content-Profile")).isEqualTo("shop");
        assertThat(sent.get("Idempotency-Key")).isEqualTo("k1");
        assertThat(sent.get("Content-Type")).isEqualTo("application/json");
        assertThat(sent.get("Tidemark-Timeout")).matches("1[34]\\d\\dms|1500ms");
        assertThat(sent.names())
                .doesNotContain("Cookie", "X-HTTP-Method-Override", "Tidemark-Internal-Written");
    }

    @Test
    void everyMethod_isPassedOn() {
        for (String method : List.of("PATCH", "PUT", "DELETE")) {
            Response response =
                    gateway.http.write(
                            method, "/rest/v1/w/a%2Fb", "{}", "If-Match: \"a,b\", \"c\"");
            assertThat(response.status()).as(method).isEqualTo(201);
            assertThat(gateway.origin.lastHeaders.get("If-Match")).isEqualTo("\"a,b\", \"c\"");
            assertThat(response.body()).isEqualTo(method.equals("DELETE") ? "" : "{}");
        }
        assertThat(gateway.origin.targets).contains("/rest/v1/w/a%2Fb");
    }

    @Test
    void chunkedBody_isPassedOnWhole_andBounded() throws IOException {
        assertThat(chunked("{\"a\":1}", 1)).startsWith("HTTP/1.1 201 ");
        assertThat(gateway.origin.bodies).contains("{\"a\":1}");
        assertThat(chunked("x".repeat(50_000), 30)).startsWith("HTTP/1.1 413 ");
    }

    /** Whoever goes on sending is not listened to any further. */
    @ParameterizedTest
    @ValueSource(strings = {"GET /rest/v1/film/1", "POST /rest/v1/w"})
    void bodyWithoutEnd_isRefused_andItsConnectionClosed(String request) throws IOException {
        try (Socket socket = gateway.http.connect()) {
            String head = request + " HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
            socket.getOutputStream().write(head.getBytes(US_ASCII));
            byte[] chunk = ("10000\r\n" + "x".repeat(0x10000) + "\r\n").getBytes(US_ASCII);
            assertThatIOException()
                    .isThrownBy(() -> {
                        for (int sent = 0; sent < ENDLESS_BYTES; sent += chunk.length) {
                            socket.getOutputStream().write(chunk);
                        }
                    });
        }
    }

    private static String chunked(String chunk, int times) throws IOException {
        try (Socket socket = gateway.http.connect()) {
            String head = "POST /rest/v1/w HTTP/1.1|Host: x|Connection: close";
            StringBuilder request =
                    new StringBuilder(head.replace("|", "\r\n"))
                            .append("\r\nTransfer-Encoding: chunked\r\n\r\n");
            for (int i = 0; i < times; i++) {
                request.append(Integer.toHexString(chunk.length()))
                        .append("\r\n")
                        .append(chunk)
                        .append("\r\n");
            }
            request.append("0\r\n\r\n");
            socket.getOutputStream().write(request.toString().getBytes(US_ASCII));
            byte[] status = socket.getInputStream().readNBytes(13);
            return new String(status, US_ASCII);
        }
    }

    @Test
    void refusalsOfTheOrigin_arePassedOn() {
        Response conflict = gateway.http.write("POST", "/rest/v1/w_conflict", "{}");
        Response closed = gateway.http.write("POST", "/rest/v1/film", "{}");
        Response malformed = gateway.http.write("POST", "/rest/v1/w?limit=1", "{}");
        Response credentials =
                gateway.http.write("POST", "/rest/v1/w", "{}", "Authorization: Bearer x");

        assertThat(conflict.status()).isEqualTo(409);
        assertThat(conflict.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(closed.status()).isEqualTo(405);
        assertThat(malformed.status()).isEqualTo(400);
        assertThat(credentials.status()).isEqualTo(401);
        for (Response refused : List.of(conflict, closed, malformed, credentials)) {
            assertThat(refused.header("Cache-Control")).isEqualTo("no-store");
            assertThat(refused.header("Preference-Applied")).isEmpty();
        }
    }

    @Test
    void answerThatNeverComes_isAnUnknownOutcome() {
        Response late =
                gateway.http.write("POST", "/rest/v1/w_silent", "{}", "Tidemark-Timeout: 100ms");
        int before = gateway.origin.targets.size();
        Response lost = gateway.http.write("POST", "/rest/v1/w_dying", "{}");

        assertThat(late.status()).isEqualTo(504);
        assertThat(late.body()).contains("TM504", "Idempotency-Key");
        assertThat(lost.status()).as(lost.body()).isEqualTo(504);
        assertThat(gateway.origin.targets).as("asked once").hasSize(before + 1);
    }

    @Test
    void optionsAndPreflight_nameTheMethods() {
        String methods = "GET, HEAD, POST, PATCH, PUT, DELETE, OPTIONS";
        Response options = gateway.http.send("OPTIONS", "/rest/v1/film");
        Response preflight =
                gateway.http.send(
                        "OPTIONS",
                        "/rest/v1/film",
                        "Origin: https://shop.example",
                        "Access-Control-Request-Method: PATCH");

        assertThat(options.header("Allow")).isEqualTo(methods);
        assertThat(preflight.header("Access-Control-Allow-Methods")).isEqualTo(methods);
        assertThat(preflight.header("Access-Control-Allow-Headers"))
                .contains("If-Match", "Idempotency-Key");
        assertThat(gateway.http.send("PURGE", "/rest/v1/film").header("Allow")).isEqualTo(methods);
    }

    @Test
    void managementPort_writesNothing() {
        assertThat(gateway.management.write("POST", "/rest/v1/w", "{}").status()).isEqualTo(404);
    }

    @Test
    void originThatIsAway_isA503_andNothingWasWritten() {
        gateway.origin.stop();
        Response response = gateway.http.write("POST", "/rest/v1/w", "{}");
        gateway.origin.startAgain();

        assertThat(response.status()).as(response.body()).isEqualTo(503);
        assertThat(response.body()).contains("nothing was written");
        assertThat(response.headers()).containsKey("Retry-After");
    }
}

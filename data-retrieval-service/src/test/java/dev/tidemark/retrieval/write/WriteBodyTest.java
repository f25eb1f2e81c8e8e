package dev.tidemark.retrieval.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.common.request.CanonicalWrite;
import dev.tidemark.common.request.WriteRequest;
import dev.tidemark.retrieval.problem.ProblemException;
import dev.tidemark.retrieval.query.Payload;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WriteBodyTest {

    private static CanonicalWrite write(String method, String query, String prefer) {
        WriteRequest.Parsed parsed =
                WriteRequest.parse(
                        method,
                        "/rest/v1/film" + query,
                        name -> name.equals("Prefer") ? List.of(prefer) : List.of());
        return ((WriteRequest.Parsed.Write) parsed).request().canonical();
    }

    private static WriteBody parse(String text) {
        return WriteBody.parse(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void object_isAnArrayOfOne_andValuesAreLeftAlone() {
        String object = " {\"a\": 1.0e2, \"b\": {\"c\": [1]}, \"a\": null} ";
        Payload payload = parse(object).payload(write("POST", "", ""));

        assertThat(payload.json()).isEqualTo('[' + object + ']');
        assertThat(payload.groups())
                .containsExactly(new Payload.Group(List.of("a", "b"), List.of(1)));
    }

    @Test
    void columns_sayWhatIsMeant() {
        String rows = "[{\"a\":1,\"x\":1},{\"b\":2},{\"a\":3}]";

        assertThat(parse(rows).payload(write("POST", "?columns=a,b", "")).groups())
                .containsExactly(new Payload.Group(List.of("a", "b"), List.of(1, 2, 3)));
        assertThat(parse(rows).payload(write("POST", "?columns=a,b", "missing=default")).groups())
                .containsExactly(
                        new Payload.Group(List.of("a"), List.of(1, 3)),
                        new Payload.Group(List.of("b"), List.of(2)));
        assertThatThrownBy(() -> parse(rows).payload(write("POST", "", "")))
                .hasMessageContaining("element 2 differ");
        assertThatThrownBy(() -> parse(rows).payload(write("PATCH", "?a=eq.1", "")))
                .hasMessageContaining("takes one object, and the body has 3");
    }

    @Test
    void tooManyKindsOfRows_areRefused() {
        StringBuilder rows = new StringBuilder("[{}");
        StringBuilder columns = new StringBuilder("?columns=c0");
        for (int i = 0; i < 20; i++) {
            rows.append(",{\"c").append(i).append("\":1}");
            columns.append(",c").append(i);
        }
        assertThatThrownBy(() ->
                        parse(rows.append(']').toString())
                                .payload(write("POST", columns.toString(), "missing=default")))
                .hasMessageContaining("21 different sets");
    }

    @Test
    void deepNesting_isRefused() {
        assertThatThrownBy(() -> parse("{\"a\":" + "[".repeat(100_000)))
                .isInstanceOf(ProblemException.class);
    }

    /** Whatever arrives is read or refused. */
    @Test
    void anyBytes_areReadOrRefused() {
        long seed = Long.getLong("seed", System.nanoTime());
        Random random = new Random(seed);
        byte[] alphabet = "{}[]\",:\\ntrue1-eé\u0000 a".getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < 50_000; i++) {
            byte[] bytes = new byte[random.nextInt(20)];
            for (int n = 0; n < bytes.length; n++) {
                bytes[n] = alphabet[random.nextInt(alphabet.length)];
            }
            try {
                WriteBody body = WriteBody.parse(bytes);
                assertThat(body.json().strip()).as("-Dseed=%d", seed).startsWith("[").endsWith("]");
            } catch (ProblemException e) {
                assertThat(e.problem().status()).as("-Dseed=%d", seed).isEqualTo(400);
            }
        }
    }
}

package dev.tidemark.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.benchmarks.measure.MeasurementException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class AnswerBytesTest {

    private static int statusOf(String answer, int count) {
        byte[] bytes = answer.getBytes(StandardCharsets.US_ASCII);
        return AnswerBytes.statusIfWhole(Arrays.copyOf(bytes, 1_000), count);
    }

    @Test
    void answer_isWholeWithItsLastByteOnly() {
        String answer =
                "HTTP/1.1 200 OK\r\nX-Content-Length: 9\r\ncontent-LENGTH:  3\r\nA: b\r\n\r\nabc";

        for (int count = 0; count < answer.length(); count++) {
            assertThat(statusOf(answer, count)).isEqualTo(AnswerBytes.NOT_YET);
        }
        assertThat(statusOf(answer, answer.length())).isEqualTo(200);
    }

    @Test
    void answerWithoutBody_needsNoLength() {
        String answer = "HTTP/1.1 304 Not Modified\r\nETag: x\r\n\r\n";

        assertThat(statusOf(answer, answer.length())).isEqualTo(304);
    }

    @Test
    void bodyOfUnknownLength_isRefused() {
        String answer = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

        assertThatThrownBy(() -> statusOf(answer, answer.length()))
                .isInstanceOf(MeasurementException.class)
                .hasMessageContaining("without Content-Length");
    }
}

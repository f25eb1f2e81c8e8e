package dev.tidemark.retrieval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Answers too large to aggregate, of which one connection and a bounded buffer are held. */
@ExtendWith(OutputCaptureExtension.class)
class StreamsIT {

    /** 10,000 rows of 5 KiB. */
    private static final String BIG = "/big?limit=10000";

    private static final String BREAKING = "/breaking?select=id,n,i:n::integer&limit=5000";

    private final Service service = Service.shared();

    @Test
    void largeAnswer_isStreamedWhole() {
        Reply reply = service.get(BIG);

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.header("Transfer-Encoding")).isEqualTo("chunked");
        assertThat(reply.header("Content-Length")).isEmpty();
        assertThat(reply.header("Content-Range")).isEqualTo("0-9999/*");
        assertThat(reply.header("ETag")).isEmpty();
        assertThat(reply.internal().cacheable()).isFalse();
        assertThat(reply.internal().tags()).isEqualTo(Reply.tags("public.big", "public.big:*"));
        assertThat(reply.bytes().length).isBetween(50_000_000, 60_000_000);
        String[] lines = reply.body().split("\n");
        assertThat(lines).hasSize(10_000);
        for (int i = 0; i < lines.length; i++) {
            String start = (i == 0 ? "[" : "") + "{\"id\":" + (i + 1) + ",\"filler\":\"";
            assertThat(lines[i]).startsWith(start).endsWith(i == 9_999 ? "\"}]" : "\"},");
        }
        awaitNothingHeld(service);
    }

    @Test
    void sizeDecides_betweenOneMebibyteAndMore() {
        Reply aggregated = service.get("/big?limit=200");
        assertThat(aggregated.header("Content-Length")).isNotEmpty();
        assertThat(aggregated.internal().cacheable()).isTrue();
        Reply counted = service.get("/big?limit=300&offset=100", "Prefer", "count=exact");
        assertThat(counted.header("Transfer-Encoding")).isEqualTo("chunked");
        assertThat(counted.status()).isEqualTo(206);
        assertThat(counted.header("Content-Range")).isEqualTo("100-399/10000");
        assertThat(service.get("/big?id=gt.9600&limit=500&offset=50").header("Content-Range"))
                .isEqualTo("50-399/*");
    }

    @Test
    void clientThatLeaves_givesTheConnectionBack() throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), service.port())) {
            socket.setReceiveBufferSize(4096);
            socket.getOutputStream()
                    .write(
                            ("GET /rest/v1" + BIG + " HTTP/1.1\r\nHost: x\r\n\r\n")
                                    .getBytes(StandardCharsets.US_ASCII));
            InputStream in = socket.getInputStream();
            assertThat(in.readNBytes(100_000)).hasSize(100_000);
            assertThat(active(service)).isPositive();
        }
        awaitNothingHeld(service);
    }

    @Test
    void streamThatFails_doesNotLookComplete(CapturedOutput output) {
        // The row that does not cast comes when the head is long out.
        assertThatThrownBy(() -> service.get(BREAKING)).isInstanceOf(UncheckedIOException.class);
        awaitNothingHeld(service);
        assertThat(output).contains("A stream was broken off").doesNotContain("\tat ");
        // Within the aggregated part it is a plain 400.
        Reply refused = service.get("/breaking?select=n::integer&id=eq.4000");
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.body()).contains("22P02", "invalid input syntax for type integer");
    }

    @Test
    void streamThatFails_endsWithARowAndNothingElse() throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), service.port())) {
            socket.getOutputStream()
                    .write(
                            ("GET /rest/v1" + BREAKING + " HTTP/1.1\r\nHost: x\r\n\r\n")
                                    .getBytes(StandardCharsets.US_ASCII));
            String received =
                    new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            assertThat(received)
                    .startsWith("HTTP/1.1 200")
                    .doesNotContain("urn:tidemark:problem")
                    .doesNotEndWith("0\r\n\r\n");
        }
        awaitNothingHeld(service);
    }

    private static int active(Service service) {
        return service.bean(HikariDataSource.class).getHikariPoolMXBean().getActiveConnections();
    }

    private static void awaitNothingHeld(Service service) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(() ->
                        active(service) == 0
                                && service.management("/actuator/prometheus")
                                        .body()
                                        .contains(
                                                "tidemark_lanes_active{lane=\"streams\",server=\"primary\"} 0.0"));
    }
}

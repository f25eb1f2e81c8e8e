package dev.tidemark.benchmarks.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class KeepAliveConnectionTest {

    private static InputStream bytes(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void answers_areReadOneAfterTheOther() throws IOException {
        InputStream in =
                bytes(
                        """
                        HTTP/1.1 200 OK
                        X-One: 1
                        Content-length: 5

                        hé!!HTTP/1.1 204 No Content

                        HTTP/1.1 504 Gateway Timeout
                        Content-Length: 0

                        """
                                .replace("\n", "\r\n"));
        Response first = KeepAliveConnection.read(in, 7);
        assertThat(first.status()).isEqualTo(200);
        assertThat(first.body()).isEqualTo("hé!!");
        assertThat(first.field("x-one")).isEqualTo("1");
        assertThat(first.field("X-Two")).isEmpty();
        assertThat(first.sentNanos()).isEqualTo(7);
        assertThat(KeepAliveConnection.read(in, 7).status()).isEqualTo(204);
        assertThat(KeepAliveConnection.read(in, 8).status()).isEqualTo(504);
        assertThatThrownBy(() -> KeepAliveConnection.read(in, 9)).isInstanceOf(EOFException.class);
    }

    @Test
    void whatIsNotAnAnswer_isRefused() {
        assertThatThrownBy(() -> KeepAliveConnection.read(bytes("SSH-2.0-x\r\n"), 0))
                .isInstanceOf(IOException.class)
                .hasMessage("not a status line: SSH-2.0-x");
        assertThatThrownBy(() ->
                        KeepAliveConnection.read(
                                bytes("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"), 0))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("an answer without Content-Length");
        assertThatThrownBy(() ->
                        KeepAliveConnection.read(
                                bytes("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab"), 0))
                .isInstanceOf(EOFException.class);
        assertThatThrownBy(() -> KeepAliveConnection.read(bytes("x".repeat(20_000)), 0))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("longer than");
    }
}

package dev.tidemark.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidemark.gateway.fake.Gateway;
import dev.tidemark.gateway.fake.RawHttp;
import dev.tidemark.gateway.fake.RawHttp.Response;
import dev.tidemark.gateway.fake.StandInOrigin;
import dev.tidemark.testing.FaultProxy;
import io.netty.buffer.PooledByteBufAllocator;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What clients can do to a gateway by doing nothing, very little, or too much. */
@SuppressWarnings("NullAway.Init")
class ConnectionsIT {

    /** Of {@code -Dconnections=10000} the process needs 20,000 files and some. */
    private static final int CONNECTIONS = Integer.getInteger("connections", 2_000);

    /** Long enough for all of them to be opened before the first is closed. */
    private static final Duration IDLE = Duration.ofMillis(4_000 + CONNECTIONS);

    private static final Duration HEAD = Duration.ofMillis(500);

    private static final long HEAP_BYTES_EACH_MAX = 32 * 1024;
    private static final long DIRECT_BYTES_EACH_MAX = 8 * 1024;
    private static final Duration P99_MAX = Duration.ofMillis(250);
    private static final Duration SOON = Duration.ofSeconds(5);

    private static Gateway gateway;

    @BeforeAll
    static void start() {
        gateway =
                new Gateway(
                        "--server.netty.idle-timeout=" + IDLE.toMillis() + "ms",
                        "--tidemark.connection.head-timeout=" + HEAD.toMillis() + "ms",
                        "--tidemark.connection.body-timeout=500ms",
                        "--tidemark.connection.stall-timeout=500ms");
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @Test
    void headThatComesByteByByte_endsItsConnection() throws IOException {
        try (Socket socket = gateway.http.connect()) {
            assertThat(exchange(socket, "GET /rest/v1/film/1 HTTP/1.1\r\nHost: a\r\n\r\n"))
                    .startsWith("HTTP/1.1 200");
            byte[] head = "GET /rest/v1/film/2 HTTP/1.1\r\nX: ".getBytes(ISO_8859_1);
            int[] sent = {0};
            await().atMost(SOON)
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> !sends(socket, head[Math.min(sent[0]++, head.length - 1)]));
        }
        assertThat(gateway.meter("tidemark_connections_closed_total{why=\"request\"}"))
                .isEqualTo(1);
        assertThat(gateway.origin.fetches("film/2")).isZero();
    }

    @Test
    void hitsInARow_areNotOneLongRequest() throws IOException {
        try (Socket socket = gateway.http.connect()) {
            long began = System.nanoTime();
            while (System.nanoTime() - began < HEAD.multipliedBy(2).toNanos()) {
                assertThat(exchange(socket, "GET /rest/v1/film/1 HTTP/1.1\r\nHost: a\r\n\r\n"))
                        .startsWith("HTTP/1.1 200");
            }
        }
    }

    @Test
    void headInTwoPieces_isAnswered() throws IOException {
        try (Socket socket = gateway.http.connect()) {
            for (int i = 0; i < 3; i++) {
                socket.getOutputStream().write("GET /rest/v1/film/1 HT".getBytes(ISO_8859_1));
                socket.getOutputStream().flush();
                assertThat(exchange(socket, "TP/1.1\r\nHost: a\r\n\r\n"))
                        .startsWith("HTTP/1.1 200");
            }
        }
    }

    @Test
    void bodyThatDoesNotCome_isA408_andNothingIsWritten() throws IOException {
        try (Socket socket = gateway.http.connect()) {
            String answer =
                    exchange(
                            socket,
                            """
                            POST /rest/v1/w HTTP/1.1\r
                            Host: a\r
                            Content-Type: application/json\r
                            Content-Length: 100\r
                            \r
                            [\
                            """);
            assertThat(answer).startsWith("HTTP/1.1 408");
            assertThat(answer).contains("request-timeout", "nothing was written");
            assertThat(atEnd(socket)).isTrue();
        }
        assertThat(gateway.origin.fetches("w")).isZero();
    }

    @Test
    void headOfManyFields_isA431_andOneWithoutEndIsCutOff() throws IOException {
        String[] fields = new String[5_000];
        for (int i = 0; i < fields.length; i++) {
            fields[i] = "X-" + i + ": some twenty characters";
        }
        Response refused = gateway.http.get("/rest/v1/film/1", fields);
        assertThat(refused.status()).isEqualTo(431);
        assertThat(refused.body()).contains("headers-too-large");

        byte[] block = "X-Field: some twenty characters\r\n".repeat(1_000).getBytes(ISO_8859_1);
        try (Socket socket = gateway.http.connect()) {
            socket.getOutputStream().write("GET /rest/v1/film/1 HTTP/1.1\r\n".getBytes(ISO_8859_1));
            await().atMost(SOON)
                    .pollInterval(Duration.ofMillis(1))
                    .until(() -> !sends(socket, block));
        }
        assertThat(gateway.http.get("/rest/v1/film/1").status()).isEqualTo(200);
    }

    @Test
    void clientThatVanishes_holdsNeitherItsAnswerNorTheOrigins() throws IOException {
        try (FaultProxy network = FaultProxy.before(gateway.port());
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), network.port())) {
            socket.getOutputStream().write(RawHttp.request("GET", "/rest/v1/big"));
            assertThat(socket.getInputStream().readNBytes(20_000)).hasSize(20_000);
            network.set(FaultProxy.Fault.HALF_OPEN);

            await().atMost(SOON)
                    .until(() ->
                            gateway.meter("tidemark_connections_closed_total{why=\"stall\"}") == 1);
            int sent = gateway.origin.partsSent.get();
            assertThat(sent).isLessThan(StandInOrigin.BIG_PARTS);
            await().during(Duration.ofMillis(300))
                    .atMost(SOON)
                    .until(() -> gateway.origin.partsSent.get() == sent);
        }
    }

    @Test
    void idleConnections_costLittle_delayNobody_andAreClosed() throws IOException {
        List<SocketChannel> idle = new ArrayList<>();
        try (FaultProxy network = FaultProxy.before(gateway.port());
                Socket vanished = new Socket(InetAddress.getLoopbackAddress(), network.port())) {
            Duration alone = p99();
            long heap = heapBytes();
            long direct = directBytes();
            long begun = System.nanoTime();
            exchange(vanished, "GET /rest/v1/film/1 HTTP/1.1\r\nHost: a\r\n\r\n");
            network.set(FaultProxy.Fault.PARTITIONED);
            InetSocketAddress address =
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), gateway.port());
            ByteBuffer request =
                    ByteBuffer.wrap(
                            "GET /rest/v1/film/1 HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(ISO_8859_1));
            for (int i = 0; i < CONNECTIONS; i++) {
                SocketChannel channel = SocketChannel.open(address);
                idle.add(channel);
                // Some have been of use, the others never said a word.
                if (i % 10 == 0) {
                    channel.write(request.rewind());
                    channel.read(ByteBuffer.allocate(4_096));
                }
            }
            Duration beside = p99();
            long heapEach = (heapBytes() - heap) / CONNECTIONS;
            long directEach = (directBytes() - direct) / CONNECTIONS;
            Duration took = Duration.ofNanos(System.nanoTime() - begun);
            System.out.printf(
                    "%d idle connections: %d bytes of heap and %d direct each; p99 %d ms (%d"
                            + " without); %d ms%n",
                    CONNECTIONS,
                    heapEach,
                    directEach,
                    beside.toMillis(),
                    alone.toMillis(),
                    took.toMillis());
            assertThat(took).as("none was closed meanwhile").isLessThan(IDLE);
            assertThat(heapEach).isLessThan(HEAP_BYTES_EACH_MAX);
            assertThat(directEach).isLessThan(DIRECT_BYTES_EACH_MAX);
            assertThat(beside).isLessThan(P99_MAX);

            for (SocketChannel channel : idle) {
                ByteBuffer rest = ByteBuffer.allocate(4_096);
                channel.socket().setSoTimeout((int) IDLE.plus(SOON).toMillis());
                while (channel.read(rest.clear()) >= 0) {
                    assertThat(rest.position()).as("what was left of an answer").isPositive();
                }
            }
            network.set(FaultProxy.Fault.NONE);
            assertThat(atEnd(vanished)).as("the gateway has given it up").isTrue();
        } finally {
            for (SocketChannel channel : idle) {
                channel.close();
            }
        }
    }

    private static Duration p99() {
        TreeSet<Long> nanos = new TreeSet<>();
        int count = 200;
        for (int i = 0; i < count; i++) {
            long begun = System.nanoTime();
            assertThat(gateway.http.get("/rest/v1/film/1").status()).isEqualTo(200);
            nanos.add(System.nanoTime() - begun);
        }
        return Duration.ofNanos(nanos.stream().skip(count * 99L / 100 - 1).findFirst().orElse(0L));
    }

    private static long heapBytes() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static long directBytes() {
        return PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory();
    }

    /** Sends a request and reads its answer, up to a pause in it. */
    private static String exchange(Socket socket, String request) throws IOException {
        socket.getOutputStream().write(request.getBytes(ISO_8859_1));
        InputStream in = socket.getInputStream();
        byte[] answer = new byte[16 * 1024];
        int length = in.read(answer);
        while (length > 0 && in.available() > 0) {
            length += in.read(answer, length, answer.length - length);
        }
        return new String(answer, 0, Math.max(0, length), ISO_8859_1);
    }

    private static boolean atEnd(Socket socket) {
        try {
            socket.setSoTimeout((int) SOON.toMillis());
            var _ = socket.getInputStream().readAllBytes();
            return true;
        } catch (IOException e) {
            return !(e instanceof java.net.SocketTimeoutException);
        }
    }

    /** False once the other side has closed the connection. */
    private static boolean sends(Socket socket, byte... bytes) {
        try {
            socket.getOutputStream().write(bytes);
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}

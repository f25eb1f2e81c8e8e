package dev.tidemark.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.testing.FaultProxy.Fault;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Between a client and a server that says again what it hears. */
class FaultProxyTest {

    private static final int SOON_MILLIS = 5_000;
    private static final int NOT_NOW_MILLIS = 100;

    private final BlockingQueue<Integer> heard = new LinkedBlockingQueue<>();

    private ServerSocket server;
    private FaultProxy proxy;
    private Socket client;

    @BeforeEach
    void connect() throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::serve);
        proxy = FaultProxy.before(server.getLocalPort());
        client = open();
        assertThat(say(client, 1)).isEqualTo(1);
        assertThat(heard.poll()).isEqualTo(1);
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        proxy.close();
        server.close();
    }

    private void serve() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                Thread.ofVirtual().start(() -> echo(socket));
            } catch (IOException e) {
                // Closed.
            }
        }
    }

    private void echo(Socket socket) {
        try (socket) {
            for (int b = socket.getInputStream().read();
                    b >= 0;
                    b = socket.getInputStream().read()) {
                heard.add(b);
                socket.getOutputStream().write(b);
            }
        } catch (IOException e) {
            // The client is gone.
        }
    }

    private Socket open() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
        socket.setSoTimeout(SOON_MILLIS);
        return socket;
    }

    private static int say(Socket socket, int b) throws IOException {
        socket.getOutputStream().write(b);
        return socket.getInputStream().read();
    }

    @Test
    void latency_isOfEachDirection() throws IOException {
        proxy.delay(Duration.ofMillis(50));
        long sent = System.nanoTime();
        assertThat(say(client, 2)).isEqualTo(2);
        assertThat(Duration.ofNanos(System.nanoTime() - sent))
                .isGreaterThanOrEqualTo(Duration.ofMillis(100));
    }

    @Test
    void partition_isSilence_andWhatWasSentArrivesAfter() throws Exception {
        proxy.set(Fault.PARTITIONED);
        client.setSoTimeout(NOT_NOW_MILLIS);
        assertThatThrownBy(() -> say(client, 3)).isInstanceOf(SocketTimeoutException.class);
        assertThat(heard).isEmpty();
        try (Socket other = open()) {
            other.setSoTimeout(NOT_NOW_MILLIS);
            assertThatThrownBy(() -> say(other, 4)).isInstanceOf(SocketTimeoutException.class);
            assertThat(heard).isEmpty();

            proxy.set(Fault.NONE);
            client.setSoTimeout(SOON_MILLIS);
            other.setSoTimeout(SOON_MILLIS);
            assertThat(client.getInputStream().read()).isEqualTo(3);
            assertThat(other.getInputStream().read()).isEqualTo(4);
        }
    }

    @Test
    void reset_endsWhatIsOpenAndWhatComes() throws IOException {
        proxy.set(Fault.RESET);
        assertThatThrownBy(() -> say(client, 5)).isInstanceOf(SocketException.class);
        try (Socket other = open()) {
            assertThatThrownBy(() -> say(other, 6)).isInstanceOf(SocketException.class);
        }
        proxy.set(Fault.NONE);
        try (Socket other = open()) {
            assertThat(say(other, 7)).isEqualTo(7);
        }
    }

    @Test
    void halfOpen_theServerHearsAndIsNotHeard() throws Exception {
        proxy.set(Fault.HALF_OPEN);
        client.setSoTimeout(NOT_NOW_MILLIS);
        assertThatThrownBy(() -> say(client, 8)).isInstanceOf(SocketTimeoutException.class);
        assertThat(heard.poll(SOON_MILLIS, TimeUnit.MILLISECONDS)).isEqualTo(8);
    }

    @Test
    void endOfTheClient_reachesTheServer_andItsEndTheClient() throws IOException {
        client.shutdownOutput();
        assertThat(client.getInputStream().read()).isEqualTo(-1);
    }
}

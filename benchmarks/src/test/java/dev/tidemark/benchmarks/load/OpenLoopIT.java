package dev.tidemark.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OpenLoopIT {

    private static final Duration STALL = Duration.ofMillis(500);

    private final AtomicInteger asked = new AtomicInteger();
    private final HttpServer server;

    OpenLoopIT() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext(
                "/",
                exchange -> {
                    if (asked.incrementAndGet() == 20) {
                        long end = System.nanoTime() + STALL.toNanos();
                        while (end - System.nanoTime() > 0) {
                            LockSupport.parkNanos(end - System.nanoTime());
                        }
                    }
                    byte[] body = {'x'};
                    exchange.sendResponseHeaders(
                            exchange.getRequestURI().getPath().equals("/a") ? 200 : 404,
                            body.length);
                    try (exchange) {
                        exchange.getResponseBody().write(body);
                    }
                });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private OpenLoop.Outcome run(int connections, List<String> targets) {
        URI uri = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        return new OpenLoop(uri, connections).run(targets, 100, Duration.ofSeconds(1));
    }

    @Test
    void rate_isKept_andWhatIsNoSuccessIsCounted() {
        OpenLoop.Outcome outcome = run(4, List.of("/a", "/b"));

        assertThat(outcome.requests()).isEqualTo(100);
        assertThat(outcome.failures()).isEqualTo(50);
        assertThat(outcome.latencies().count()).isEqualTo(100);
    }

    @Test
    void stall_countsForThoseThatCouldNotBeSentMeanwhile() {
        OpenLoop.Outcome outcome = run(1, List.of("/a"));

        assertThat(outcome.requests()).isEqualTo(100);
        assertThat(outcome.latencies().millisMax())
                .isGreaterThanOrEqualTo((double) STALL.toMillis());
        // About 50 were due while one was stalled, and waited for half of that on average.
        assertThat(outcome.latencies().millisAt(80)).isGreaterThan(100);
        assertThat(outcome.lateness().millisAt(80)).isGreaterThan(100);
    }
}

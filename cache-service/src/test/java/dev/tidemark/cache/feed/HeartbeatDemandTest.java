package dev.tidemark.cache.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What many gateways want at once, as the origin sees it. */
class HeartbeatDemandTest {

    private final AtomicInteger asked = new AtomicInteger();
    private final Semaphore mayAnswer = new Semaphore(0);
    private final HttpServer origin = origin();

    private HttpServer origin() {
        try {
            HttpServer server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
            server.createContext(
                    "/internal/v1/heartbeats",
                    exchange -> {
                        asked.incrementAndGet();
                        mayAnswer.acquireUninterruptibly();
                        exchange.sendResponseHeaders(204, -1);
                        exchange.close();
                    });
            server.start();
            return server;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private URI uri() {
        return URI.create(
                "http://127.0.0.1:" + origin.getAddress().getPort() + "/internal/v1/completeness");
    }

    @AfterEach
    void stop() {
        mayAnswer.release(1000);
        origin.stop(0);
    }

    @Test
    void manyAtOnce_areOneQuestion_andOneMoreForThoseWhoCameMeanwhile() {
        HeartbeatDemand demand =
                new HeartbeatDemand(
                        () -> Optional.of(uri()),
                        Duration.ofSeconds(20),
                        new SimpleMeterRegistry());
        demand.demand();
        await().until(() -> asked.get() == 1);
        for (int i = 0; i < 100; i++) {
            demand.demand();
        }
        mayAnswer.release(100);
        await().until(() -> asked.get() == 2);
        mayAnswer.release(100);
        demand.demand();
        await().until(() -> asked.get() >= 3);

        assertThat(asked).hasValue(3);
        demand.destroy();
    }

    @Test
    void originThatIsNotKnown_orDoesNotAnswer_isForgotten() {
        AtomicReference<Optional<URI>> holder = new AtomicReference<>(Optional.empty());
        HeartbeatDemand demand =
                new HeartbeatDemand(holder::get, Duration.ofMillis(50), new SimpleMeterRegistry());
        demand.demand();
        assertThat(asked).hasValue(0);

        holder.set(Optional.of(uri()));
        demand.demand();
        await().until(() -> asked.get() == 1);
        // Nobody has answered, and it asks again all the same.
        await().until(() -> {
            demand.demand();
            return asked.get() >= 2;
        });
        demand.destroy();
    }
}

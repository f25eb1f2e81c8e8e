package dev.tidemark.benchmarks.peer;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.tidemark.benchmarks.http.KeepAliveConnection;
import dev.tidemark.benchmarks.http.Response;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class NginxPeerIT {

    private static Response get(Peer peer, String target) throws IOException {
        try (KeepAliveConnection connection =
                KeepAliveConnection.open(peer.uri(), Duration.ofSeconds(5))) {
            return connection.exchange(connection.get(target));
        }
    }

    @Test
    void cache_asksItsOriginOnce_whateverThatSaysOfCaches() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        HttpServer origin =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        origin.createContext(
                "/",
                exchange -> {
                    asked.incrementAndGet();
                    exchange.getResponseHeaders().add("Cache-Control", "no-cache");
                    exchange.getResponseHeaders().add("Vary", "Accept");
                    exchange.sendResponseHeaders(200, 1);
                    try (exchange) {
                        exchange.getResponseBody().write('x');
                    }
                });
        origin.start();
        URI uri = URI.create("http://127.0.0.1:" + origin.getAddress().getPort());
        try (NginxPeer cache = NginxPeer.caching(uri, row -> "/rows/" + row)) {
            get(cache, cache.target(1));
            assertThat(get(cache, cache.target(1)).field("X-Cache-Status")).isEqualTo("HIT");
            assertThat(asked).hasValue(1);
        } finally {
            origin.stop(0);
        }
    }

    @Test
    void memory_hasOneBodyForAll() throws Exception {
        try (NginxPeer memory = NginxPeer.fromMemory("{\"id\":1}")) {
            assertThat(get(memory, memory.target(7)).body()).isEqualTo("{\"id\":1}");
        }
    }
}

package dev.tidemark.gateway.reply;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.SocketAddress;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.server.HttpServer;
import reactor.netty.resources.ConnectionProvider;

class RepliesTest {

    @ParameterizedTest
    @ValueSource(ints = {204, 200, 503})
    void replyThatIsReadOver_keepsItsConnection(int status) {
        Set<SocketAddress> clients = ConcurrentHashMap.newKeySet();
        DisposableServer server =
                HttpServer.create()
                        .host("127.0.0.1")
                        .port(0)
                        .handle((request, response) -> {
                            clients.add(request.remoteAddress());
                            response.status(status);
                            return status == 204
                                    ? response.send()
                                    : response.sendString(Mono.just("a body"));
                        })
                        .bindNow();
        try {
            // One at a time: a reply has ended a moment before its connection is free again.
            HttpClient http =
                    HttpClient.create(ConnectionProvider.create("one", 1))
                            .remoteAddress(server::address);
            for (int i = 0; i < 5; i++) {
                Replies.ended(http.post().uri("/")).block(Duration.ofSeconds(10));
            }
            assertThat(clients).hasSize(1);
        } finally {
            server.disposeNow();
        }
    }
}

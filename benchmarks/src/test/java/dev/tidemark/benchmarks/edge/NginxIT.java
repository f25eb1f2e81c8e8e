package dev.tidemark.benchmarks.edge;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The configuration in deploy/nginx, in front of gateways that do as they are told. */
class NginxIT {

    private static final Path HOME = Path.of(System.getProperty("tidemark.home", ".."));

    private final HttpClient http = HttpClient.newHttpClient();
    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : opened.reversed()) {
            one.close();
        }
    }

    /** Answers with a status, and knows what it was asked. */
    private final class Gateway {

        private final Queue<String> asked = new ConcurrentLinkedQueue<>();
        private final HttpServer server;

        Gateway(int status) throws IOException {
            server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
            server.createContext("/", exchange -> answer(exchange, status));
            server.start();
            opened.add(() -> server.stop(0));
        }

        private void answer(HttpExchange exchange, int status) throws IOException {
            asked.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
            exchange.getRequestBody().readAllBytes();
            exchange.getResponseHeaders().add("Cache-Status", "tidemark-near; hit");
            byte[] body = "x".repeat(10_000).getBytes(StandardCharsets.US_ASCII);
            exchange.sendResponseHeaders(status, body.length);
            try (exchange) {
                exchange.getResponseBody().write(body);
            }
        }

        URI uri() {
            return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        }
    }

    /** Takes requests and hangs up on them, as a process that is killed. */
    private final class DyingGateway {

        private final Queue<String> asked = new ConcurrentLinkedQueue<>();
        private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getByName(null));

        DyingGateway() throws IOException {
            opened.add(server);
            Thread.ofVirtual().start(this::accept);
        }

        private void accept() {
            while (!server.isClosed()) {
                try (Socket socket = server.accept()) {
                    byte[] head = new byte[4_096];
                    int length = socket.getInputStream().read(head);
                    asked.add(new String(head, 0, Math.max(0, length), StandardCharsets.US_ASCII));
                } catch (IOException e) {
                    // This one, or the server, is gone.
                }
            }
        }

        URI uri() {
            return URI.create("http://127.0.0.1:" + server.getLocalPort());
        }
    }

    private Nginx before(URI... gateways) {
        Nginx nginx = Nginx.start(HOME.toAbsolutePath().normalize(), List.of(gateways));
        opened.add(nginx);
        return nginx;
    }

    private HttpResponse<String> send(Nginx nginx, String method, String target, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(nginx.uri() + target))
                        .method(
                                method,
                                method.equals("GET")
                                        ? HttpRequest.BodyPublishers.noBody()
                                        : HttpRequest.BodyPublishers.ofString("{}"));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "POST", "PATCH", "PUT", "DELETE"})
    void target_goesOnAsItCame(String method) throws Exception {
        Gateway one = new Gateway(200);
        Nginx nginx = before(one.uri());
        String target = "/rest/v1/a%2Fb//c;d/%22?x=eq.%2B+%C3%A4&y=in.(1,2)";

        assertThat(send(nginx, method, target).statusCode()).isEqualTo(200);
        assertThat(one.asked).containsExactly(method + " " + target);
    }

    @Test
    void answer_isNeitherCachedNorCompressed_andBearsARequestId() throws Exception {
        Gateway one = new Gateway(200);
        Nginx nginx = before(one.uri());

        for (int i = 0; i < 2; i++) {
            HttpResponse<String> answer =
                    send(
                            nginx,
                            "GET",
                            "/a",
                            "Accept-Encoding",
                            "gzip",
                            "X-Request-Id",
                            "mine-" + i);
            assertThat(answer.body()).hasSize(10_000);
            assertThat(answer.headers().firstValue("Content-Encoding")).isEmpty();
            assertThat(answer.headers().allValues("X-Request-Id")).containsExactly("mine-" + i);
        }
        assertThat(one.asked).hasSize(2);
        assertThat(send(nginx, "GET", "/a", "X-Request-Id", "not \"one").headers())
                .satisfies(head ->
                        assertThat(head.firstValue("X-Request-Id").orElseThrow())
                                .matches("[0-9a-f]{32}"));
    }

    @Test
    void readOfAGatewayThatDies_isAnsweredByAnother_andItGetsNoMoreForAWhile() throws Exception {
        DyingGateway dying = new DyingGateway();
        Gateway other = new Gateway(200);
        Nginx nginx = before(dying.uri(), other.uri());

        for (int i = 0; i < 20; i++) {
            assertThat(send(nginx, "GET", "/" + i).statusCode()).isEqualTo(200);
        }
        assertThat(other.asked).hasSize(20);
        assertThat(dying.asked).hasSizeBetween(1, 3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PATCH", "PUT", "DELETE"})
    void writeThatAGatewayMayHaveHad_goesToNoOther(String method) throws Exception {
        DyingGateway one = new DyingGateway();
        DyingGateway other = new DyingGateway();
        Nginx nginx = before(one.uri(), other.uri());

        HttpResponse<String> answer = send(nginx, method, "/rest/v1/film/1");
        assertThat(answer.statusCode()).isEqualTo(502);
        assertThat(answer.headers().firstValue("Content-Type"))
                .hasValue("application/problem+json");
        assertThat(answer.body()).contains("\"status\":502", "a write may have happened");
        assertThat(one.asked.size() + other.asked.size()).isEqualTo(1);
    }

    @Test
    void refusal_isTheAnswer() throws Exception {
        Gateway one = new Gateway(503);
        Gateway other = new Gateway(503);
        Nginx nginx = before(one.uri(), other.uri());

        assertThat(send(nginx, "GET", "/a").statusCode()).isEqualTo(503);
        assertThat(one.asked.size() + other.asked.size()).isEqualTo(1);
    }
}

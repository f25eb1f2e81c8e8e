package dev.tidemark.system.compose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.tidemark.quickstart.process.ChildProcess;
import dev.tidemark.quickstart.process.Guard;
import dev.tidemark.quickstart.process.Ports;
import dev.tidemark.quickstart.process.StopSignal;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * NGINX as docker compose starts it, over TLS, in front of gateways that come and go. Names are
 * looked up by a program that says what the test wants; a gateway is an address of the loopback
 * network. That requests go where they should is {@code NginxIT}'s of the benchmarks.
 */
class NginxIT {

    private static final String PATH =
            System.getenv().getOrDefault("PATH", "") + ":/usr/sbin:/usr/local/sbin";

    private final Path folder = Guard.ofThisJvm().newFolder("nginx");
    private final Path names = folder.resolve("names");
    private final int port = Ports.free();
    private final int gatewayPort = Ports.free();
    private final List<AutoCloseable> opened = new ArrayList<>();

    @BeforeAll
    static void requirePrograms() {
        assumeTrue(System.getProperty("os.name").equals("Linux"), "needs more than one loopback");
        for (String program : List.of("nginx", "envsubst")) {
            assumeTrue(
                    Stream.of(PATH.split(":", -1))
                            .anyMatch(place -> Files.isExecutable(Path.of(place, program))),
                    program
                            + " is not installed: Debian's packages nginx and gettext-base have it");
        }
    }

    @BeforeEach
    void prepare() throws IOException {
        Files.createDirectories(folder.resolve("tls"));
        Path programs = Files.createDirectories(folder.resolve("programs"));
        Path getent = programs.resolve("getent");
        Files.writeString(getent, "#!/bin/sh\ncat " + names + "\n");
        Files.setPosixFilePermissions(getent, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : opened.reversed()) {
            one.close();
        }
    }

    /** Answers, and counts what it was asked. */
    private final class Gateway {

        private final AtomicInteger asked = new AtomicInteger();
        private final HttpServer server;
        private final String address;

        Gateway(int number, String... heads) throws IOException {
            address = "127.0.0." + number;
            server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getByName(address), gatewayPort), 0);
            server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
            server.createContext("/", exchange -> answer(exchange, heads));
            server.start();
            opened.add(() -> server.stop(0));
        }

        private void answer(HttpExchange exchange, String... heads) throws IOException {
            asked.incrementAndGet();
            for (int i = 0; i < heads.length; i += 2) {
                exchange.getResponseHeaders().add(heads[i], heads[i + 1]);
            }
            byte[] body =
                    (exchange.getProtocol()
                                    + " "
                                    + exchange.getRequestHeaders().getFirst("X-Forwarded-Proto"))
                            .getBytes(StandardCharsets.US_ASCII);
            exchange.sendResponseHeaders(200, body.length);
            try (exchange) {
                exchange.getResponseBody().write(body);
            }
        }
    }

    /** What the name of the gateways stands for from now on. */
    private void name(Gateway... gateways) throws IOException {
        Path next = folder.resolve("names.next");
        Files.writeString(
                next,
                Arrays.stream(gateways)
                        .map(gateway -> gateway.address + "  STREAM gateway\n")
                        .collect(Collectors.joining()));
        Files.move(next, names, StandardCopyOption.ATOMIC_MOVE);
    }

    private ChildProcess run(Map<String, String> more) throws IOException {
        Path own = Files.createDirectories(folder.resolve("run"));
        Map<String, String> environment = new HashMap<>(more);
        environment.put("PATH", folder.resolve("programs") + ":" + PATH);
        environment.put("TIDEMARK_UPSTREAM", "gateway:" + gatewayPort);
        environment.put("TIDEMARK_PORT", "127.0.0.1:" + port);
        environment.put("TIDEMARK_CERTIFICATES", folder.resolve("tls").toString());
        environment.put("TIDEMARK_RUN", own.toString());
        environment.put("TIDEMARK_LOG", own.resolve("access.log").toString());
        environment.put("TIDEMARK_TEMPLATE", ComposeFile.FOLDER + "/nginx/nginx.conf.template");
        environment.put("TIDEMARK_WATCH_SECONDS", "0.2");
        ChildProcess nginx =
                ChildProcess.start(
                        "nginx",
                        List.of("sh", ComposeFile.FOLDER + "/nginx/run.sh"),
                        environment,
                        StopSignal.TERM,
                        folder,
                        folder.resolve("nginx.log"));
        opened.add(() -> nginx.stop(Duration.ofSeconds(3)));
        return nginx;
    }

    private void start(Map<String, String> more) throws IOException {
        ChildProcess nginx = run(more);
        await("NGINX to listen")
                .pollInterval(Duration.ofMillis(20))
                .atMost(Duration.ofSeconds(10))
                .until(() -> !nginx.isAlive() || !Ports.isFree(port));
        assertThat(nginx.isAlive()).as(String.join("\n", nginx.logTail(20))).isTrue();
    }

    private HttpClient client(LocalCertificate trusted) throws Exception {
        HttpClient client =
                HttpClient.newBuilder()
                        .sslContext(trusted.trusted())
                        .connectTimeout(Duration.ofSeconds(2))
                        .build();
        opened.add(client::shutdownNow);
        return client;
    }

    private HttpResponse<String> read(HttpClient client) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(URI.create("https://localhost:" + port + "/rest/v1/a"))
                        .timeout(Duration.ofSeconds(5))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /**
     * The status of a read with a connection of its own. One that is kept may be closed between two
     * requests, as any server may do: that is for clients to notice.
     */
    private int readAlone(SSLContext trusted) throws IOException {
        try (Socket socket = trusted.getSocketFactory().createSocket("localhost", port)) {
            socket.setSoTimeout(5_000);
            socket.getOutputStream()
                    .write(
                            "GET /rest/v1/a HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                                    .getBytes(StandardCharsets.US_ASCII));
            String answer =
                    new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            assertThat(answer).startsWith("HTTP/1.1 ");
            return Integer.parseInt(answer.substring(9, 12));
        }
    }

    @Test
    void read_isOverHttp2_withSafeHeads_unlessTheGatewayHasItsOwn() throws Exception {
        LocalCertificate certificate = LocalCertificate.make(folder);
        certificate.write(folder.resolve("tls"));
        name(
                new Gateway(
                        1,
                        "X-Content-Type-Options",
                        "nosniff",
                        "Content-Security-Policy",
                        "default-src 'self'"));
        start(Map.of("TIDEMARK_HSTS", "max-age=31536000"));

        HttpResponse<String> answer = read(client(certificate));
        assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
        assertThat(answer.body()).isEqualTo("HTTP/1.1 https");
        assertThat(answer.headers().map())
                .containsEntry("x-content-type-options", List.of("nosniff"))
                .containsEntry("content-security-policy", List.of("default-src 'self'"))
                .containsEntry("x-frame-options", List.of("DENY"))
                .containsEntry("referrer-policy", List.of("no-referrer"))
                .containsEntry("cross-origin-resource-policy", List.of("same-origin"))
                .containsEntry("strict-transport-security", List.of("max-age=31536000"))
                .containsKey("x-request-id");

        // Without TLS nothing is to be had here.
        HttpResponse<String> plain =
                HttpClient.newHttpClient()
                        .send(
                                HttpRequest.newBuilder(URI.create("http://localhost:" + port))
                                        .build(),
                                HttpResponse.BodyHandlers.ofString());
        assertThat(plain.statusCode()).isEqualTo(400);

        ProcessBuilder command =
                new ProcessBuilder(
                        "sh", "-c", "exec nginx -t -e stderr -c " + folder + "/run/nginx.conf");
        command.environment().put("PATH", PATH);
        Process check = command.redirectErrorStream(true).start();
        assertThat(new String(check.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .contains("test is successful")
                .doesNotContain("[warn]");
    }

    @Test
    void gateways_comeAndGo_andNoReadIsLost() throws Exception {
        LocalCertificate certificate = LocalCertificate.make(folder);
        certificate.write(folder.resolve("tls"));
        name();
        start(Map.of());
        HttpClient client = client(certificate);
        HttpResponse<String> none = read(client);
        assertThat(none.statusCode()).isEqualTo(502);
        assertThat(none.headers().firstValue("X-Frame-Options")).hasValue("DENY");
        assertThat(none.headers().firstValue("Strict-Transport-Security")).isEmpty();

        Gateway first = new Gateway(1);
        Gateway second = new Gateway(2);
        name(first);
        await("the first gateway").until(() -> read(client).statusCode() == 200);
        SSLContext trusted = certificate.trusted();
        AtomicBoolean done = new AtomicBoolean();
        Queue<String> lost = new ConcurrentLinkedQueue<>();
        try (var readers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 4; i++) {
                readers.execute(() -> {
                    while (!done.get()) {
                        try {
                            int status = readAlone(trusted);
                            if (status != 200) {
                                lost.add("" + status);
                            }
                        } catch (IOException | AssertionError e) {
                            lost.add(e.toString());
                        }
                    }
                });
            }
            try {
                name(first, second);
                await("the second gateway to be asked").until(() -> second.asked.get() > 50);
                name(second);
                await("the first gateway to be left alone")
                        .until(() -> {
                            int before = first.asked.get();
                            int others = second.asked.get();
                            await().until(() -> second.asked.get() > others + 50);
                            return first.asked.get() == before;
                        });
                first.server.stop(0);
                int others = second.asked.get();
                await("the second to do it alone").until(() -> second.asked.get() > others + 50);
            } finally {
                done.set(true);
            }
        }
        assertThat(lost).isEmpty();
    }

    @Test
    void certificate_thatIsReplaced_isTheOneThatIsShown() throws Exception {
        LocalCertificate former = LocalCertificate.make(folder);
        former.write(folder.resolve("tls"));
        name(new Gateway(1));
        start(Map.of());
        assertThat(read(client(former)).statusCode()).isEqualTo(200);

        LocalCertificate next = LocalCertificate.make(folder);
        next.write(folder.resolve("tls"));
        await("the new certificate")
                .ignoreException(SSLHandshakeException.class)
                .until(() -> read(client(next)).statusCode() == 200);
    }

    @Test
    void withoutACertificate_itSaysWhatIsMissing() throws Exception {
        name();
        ChildProcess nginx = run(Map.of());

        assertThat(nginx.endsWithin(Duration.ofSeconds(5))).isTrue();
        assertThat(nginx.exitStatus()).isEqualTo(1);
        assertThat(nginx.logTail(5)).singleElement().asString().contains("tls.crt is not there");
    }
}

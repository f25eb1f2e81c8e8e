package dev.tidemark.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidemark.gateway.fake.Gateway;
import dev.tidemark.gateway.fake.RawHttp;
import dev.tidemark.gateway.fake.RawHttp.Response;
import dev.tidemark.gateway.fake.StandInOrigin;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Reads that are answered on the connection, among requests that are not. */
@SuppressWarnings("NullAway.Init")
class PlainReadsIT {

    private static final String HIT = "/rest/v1/film/1";
    private static final int MANY = 20_000;
    private static final String LEFT =
            "http_server_requests_seconds_count{error=\"none\",exception=\"none\",method=\"GET\",outcome=\"UNKNOWN\",status=\"UNKNOWN\"";

    private static Gateway gateway;

    @BeforeAll
    static void start() {
        gateway = new Gateway();
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @BeforeEach
    void fill() {
        gateway.http.get(HIT);
    }

    @Test
    void pipelinedRequests_areAnsweredInTheirOrder_whoeverAnswers() throws IOException {
        try (Socket socket = gateway.http.connect()) {
            StringBuilder requests = new StringBuilder();
            List<String> wanted = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                requests.append(get(HIT));
                wanted.add("hit");
                requests.append(get("/rest/v1/pipelined/" + i));
                wanted.add("miss");
                requests.append("HEAD " + HIT + " HTTP/1.1\r\nHost: a\r\n\r\n");
                wanted.add("hit");
                requests.append(get("/nowhere"));
                wanted.add("none");
            }
            send(socket, requests.toString());

            InputStream in = new BufferedInputStream(socket.getInputStream());
            List<String> seen = new ArrayList<>();
            for (int i = 0; i < wanted.size(); i++) {
                seen.add(outcome(RawHttp.next(i % 4 == 2 ? "HEAD" : "GET", in)));
            }
            assertThat(seen).isEqualTo(wanted);
        }
    }

    @Test
    void requestsInThousands_sentAhead_areAllAnswered() throws IOException {
        try (Socket socket = gateway.http.connect()) {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            for (String target : List.of(HIT, "/rest/v1/volatile/1", "/nowhere")) {
                byte[] requests = get(target).repeat(2_000).getBytes(ISO_8859_1);
                Thread client = Thread.ofVirtual().start(() -> send(socket, requests, 1));
                int status = gateway.http.get(target).status();
                for (int i = 0; i < 2_000; i++) {
                    assertThat(RawHttp.next("GET", in).status()).isEqualTo(status);
                }
                assertThat(client).satisfies(Thread::join);
            }
        }
    }

    @Test
    void streamsAndProblems_areFetchedOnce_inTheirOrder() throws IOException {
        try (Socket socket = gateway.http.connect()) {
            send(
                    socket,
                    get("/rest/v1/big?limit=7")
                            + get(HIT)
                            + get("/rest/v1/nowhere/7")
                            + get("/rest/v1/nowhere/8")
                            + get(HIT));

            InputStream in = new BufferedInputStream(socket.getInputStream());
            Response stream = RawHttp.next("GET", in);
            assertThat(stream.body()).hasSize(StandInOrigin.BIG_BYTES);
            assertThat(outcome(RawHttp.next("GET", in))).isEqualTo("hit");
            assertThat(RawHttp.next("GET", in).status()).isEqualTo(404);
            assertThat(RawHttp.next("GET", in).status()).isEqualTo(404);
            assertThat(outcome(RawHttp.next("GET", in))).isEqualTo("hit");
        }
        assertThat(gateway.origin.fetches("big?limit=7")).isOne();
        assertThat(gateway.origin.fetches("nowhere/7")).isOne();
        assertThat(gateway.origin.fetches("nowhere/8")).isOne();
    }

    @Test
    void bodyOfARead_isReadOver() throws IOException {
        try (Socket socket = gateway.http.connect()) {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            send(socket, "GET " + HIT + " HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nabcde");
            assertThat(outcome(RawHttp.next("GET", in))).isEqualTo("hit");
            send(socket, get(HIT));
            assertThat(outcome(RawHttp.next("GET", in))).isEqualTo("hit");
        }
    }

    /** As a load balancer does, with the requests of many on one connection. */
    @Test
    void connection_isGoodForMore_afterABodyThatNobodyWanted() throws IOException {
        String piece = "x".repeat(1_500);
        try (Socket socket = gateway.http.connect()) {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            for (String refused :
                    List.of(
                            "POST /rest/v1/w?limit=1",
                            "DELETE /rest/v1/w",
                            "POST /nowhere",
                            "OPTIONS " + HIT,
                            "GET " + HIT)) {
                send(
                        socket,
                        refused + " HTTP/1.1\r\nHost: a\r\nContent-Length: 6000\r\n\r\n" + piece);
                RawHttp.next("GET", in);
                send(socket, piece + piece);
                send(socket, piece);
                // Meanwhile the end of the body has been read, by itself.
                gateway.http.get(HIT);
                send(socket, get(HIT));
                assertThat(outcome(RawHttp.next("GET", in)))
                        .as("after %s", refused)
                        .isEqualTo("hit");
            }
        }
    }

    @Test
    void clientThatTakesNoAnswers_isNotListenedToAnyMore() throws IOException {
        try (Socket socket = gateway.http.connect()) {
            double before = hits();
            byte[] requests = get(HIT).repeat(100).getBytes(ISO_8859_1);
            var _ = Thread.ofVirtual().start(() -> send(socket, requests, MANY));
            await().until(() -> hits() > before && isSteady());
            assertThat(hits() - before).isLessThan(MANY * 100.0);
        }
    }

    @Test
    void missesSentAhead_areFetchedOneAtATime_andDelayNobodyElse() throws IOException {
        try (Socket socket = gateway.http.connect()) {
            StringBuilder requests = new StringBuilder();
            for (int i = 0; i < 5_000; i++) {
                requests.append(get("/rest/v1/slow/" + (1_000 + i)));
            }
            send(socket, requests.toString());
            for (int i = 1; i <= 3; i++) {
                long fetched = i;
                await().until(() -> gateway.origin.fetches("slow/1") == fetched);
                assertThat(gateway.http.get("/rest/v1/film/" + (100 + i)).status()).isEqualTo(200);
                assertThat(gateway.origin.fetches("slow/1")).isEqualTo(fetched);
                gateway.origin.openGate();
            }
            await().until(() -> gateway.origin.fetches("slow/1") == 4);
        }
        gateway.origin.openGate();
        await().during(Duration.ofMillis(300)).until(() -> gateway.origin.fetches("slow/1") == 4);
    }

    @Test
    void clientThatLeavesWhileItWaits_isCounted() throws IOException {
        try (Socket socket = gateway.http.connect()) {
            send(socket, get("/rest/v1/slow/of-who-leaves"));
            await().until(() -> gateway.origin.fetches("slow/of-who-leaves") == 1);
        }
        await().until(() -> gateway.meter(LEFT) > 0);
        gateway.origin.openGate();
    }

    private static boolean isSteady() {
        double before = hits();
        return hits() == before;
    }

    private static double hits() {
        return gateway.meter("tidemark_lookups_total{layer=\"near\",outcome=\"hit\"");
    }

    private static void send(Socket socket, byte[] requests, int times) {
        try {
            OutputStream out = socket.getOutputStream();
            for (int i = 0; i < times; i++) {
                out.write(requests);
            }
        } catch (IOException e) {
            // The test has ended.
        }
    }

    @Test
    void managementPort_servesNoTables() {
        assertThat(gateway.management.get(HIT).status()).isEqualTo(404);
    }

    private static String outcome(Response response) {
        Map<String, String> headers = response.headers();
        String status = headers.getOrDefault("Cache-Status", "");
        return status.contains("; hit") ? "hit" : status.contains("fwd=miss") ? "miss" : "none";
    }

    private static String get(String target) {
        return "GET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n";
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(ISO_8859_1));
    }
}

package dev.tidemark.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidemark.common.wire.AnswerHeaders;
import dev.tidemark.gateway.fake.Gateway;
import dev.tidemark.gateway.fake.RawHttp;
import dev.tidemark.gateway.fake.RawHttp.Response;
import dev.tidemark.gateway.fake.StandInOrigin;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The real gateway on a port, between an origin and a cache-service that speak the contract. */
@SuppressWarnings("NullAway.Init")
class GatewayIT {

    private static Gateway gateway;

    @BeforeAll
    static void start() {
        gateway = new Gateway();
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @Test
    void cacheServiceOfTheVersionBefore_knowsNoRenewals_andSlowFetchesFillAllTheSame()
            throws Exception {
        gateway.shared.withoutRenewals = true;
        int renewals = gateway.shared.renewals.get();
        double fills = gateway.meter("tidemark_fills_total{outcome=\"filled\"");
        try (ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Response> slow = readers.submit(() -> gateway.http.get("/rest/v1/slow/404"));
            await().until(() -> gateway.shared.renewals.get() > renewals);
            gateway.origin.openGate();

            assertThat(slow.get().status()).isEqualTo(200);
            await().until(() -> gateway.meter("tidemark_fills_total{outcome=\"filled\"") > fills);
            assertThat(gateway.http.get("/rest/v1/sound/2").header("Cache-Status"))
                    .startsWith("tidemark-shared; fwd=miss");
        } finally {
            gateway.shared.withoutRenewals = false;
        }
    }

    @Test
    void firstReadFills_secondIsANearHit() {
        Response fill = gateway.http.get("/rest/v1/film/1");
        Response hit = gateway.http.get("/rest/v1/film/1");

        assertThat(fill.status()).isEqualTo(200);
        assertThat(fill.header("Cache-Status"))
                .isEqualTo(
                        "tidemark-shared; fwd=miss, tidemark-near; fwd=miss; fwd-status=200;"
                                + " stored");
        assertThat(hit.header("Cache-Status"))
                .matches("tidemark-near; hit; ttl=\\d+; detail=time-only");
        assertThat(hit.lasting()).isEqualTo(fill.lasting());
        assertThat(fill.header("Server-Timing")).matches("shared;dur=[0-9.]+, origin;dur=[0-9.]+");
        assertThat(fill.headers().keySet()).noneMatch(AnswerHeaders::isInternal);
        assertThat(fill.headers()).doesNotContainKey("Set-Cookie");
        assertThat(fill.headers()).containsKeys("ETag", "Age", "Tidemark-Staleness", "Date");
        await().untilAsserted(() -> assertThat(gateway.shared.cache.fills).isPositive());
    }

    @Test
    void origin_isSentTheCanonicalRequestAndNothingElse() {
        Response response =
                gateway.http.get(
                        "/rest/v1/film/a%2Fb%25c,%2c?select=title",
                        "Cookie: secret=1",
                        "X-HTTP-Method-Override: DELETE",
                        "Tidemark-Internal-Answer: forged",
                        "Tidemark-Timeout: 1500ms",
                        "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");

        assertThat(response.status()).as(response.body()).isEqualTo(200);
        assertThat(gateway.origin.targets).contains("/rest/v1/film/a%2Fb%25c,%2C?select=title");
        var sent = gateway.origin.lastHeaders;
        assertThat(sent.get("traceparent")).startsWith("00-0af7651916cd43dd8448eb211c80319c-");
        assertThat(gateway.shared.lastTrace).startsWith("00-0af7651916cd43dd8448eb211c80319c-");
        assertThat(sent.get("Accept")).isEqualTo("application/json");
        assertThat(sent.names())
                .doesNotContain(
                        "Cookie", "X-HTTP-Method-Override", "Tidemark-Internal-Answer", "Prefer");
    }

    @Test
    void problemOfTheOrigins_namesTheTraceThatTheOriginWasSent_andFetchesOnce() {
        Response problem = gateway.http.get("/rest/v1/nowhere/42");

        assertThat(problem.status()).isEqualTo(404);
        String[] sent = gateway.origin.lastHeaders.get("traceparent").split("-", -1);
        assertThat(sent[1]).matches("[0-9a-f]{32}");
        assertThat(gateway.shared.lastTrace).isEqualTo(String.join("-", sent));
        assertThat(problem.header("traceresponse")).startsWith("00-" + sent[1] + "-");
        assertThat(gateway.origin.fetches("nowhere/42")).isOne();
    }

    @Test
    void thousandReaders_ofAColdKey_areOneFetch() throws Exception {
        int readers = 1000;
        CountDownLatch connected = new CountDownLatch(readers);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<String>> bodies = new ArrayList<>();
            for (int i = 0; i < readers; i++) {
                bodies.add(
                        threads.submit(() -> {
                            try (Socket socket = gateway.http.connect()) {
                                connected.countDown();
                                connected.await();
                                socket.getOutputStream()
                                        .write(RawHttp.request("GET", "/rest/v1/slow/7"));
                                return new String(
                                        socket.getInputStream().readAllBytes(),
                                        StandardCharsets.UTF_8);
                            }
                        }));
            }
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> gateway.meter("tidemark_coalesced_total") >= readers - 1);
            gateway.origin.openGate();
            for (Future<String> body : bodies) {
                assertThat(body.get()).startsWith("HTTP/1.1 200 OK");
            }
        }
        assertThat(gateway.origin.fetches("slow/7")).isOne();
    }

    @Test
    void uncacheableAnswer_isAnsweredWholeAndKeptNowhere() {
        for (int i = 0; i < 2; i++) {
            Response get = gateway.http.get("/rest/v1/volatile/1");
            assertThat(get.header("Content-Length")).isEqualTo("" + get.body().length());
            assertThat(get.header("Cache-Control")).isEqualTo("no-cache");
            assertThat(get.header("Cache-Status")).doesNotContain("stored").doesNotContain("hit");
            Response same =
                    gateway.http.get("/rest/v1/volatile/1", "If-None-Match: " + get.header("ETag"));
            assertThat(same.status()).isEqualTo(304);
            assertThat(same.headers()).doesNotContainKey("Content-Length");
        }
        assertThat(gateway.origin.fetches("volatile")).isEqualTo(4);
    }

    @Test
    void bigAnswer_streamsThroughAtTheClientsPace() throws IOException {
        Response first = gateway.http.get("/rest/v1/big");
        assertThat(first.body()).hasSize(StandInOrigin.BIG_BYTES);
        assertThat(first.header("Cache-Status")).doesNotContain("stored");
        assertThat(gateway.http.get("/rest/v1/big").header("Cache-Status"))
                .isEqualTo("tidemark-near; fwd=bypass");

        gateway.origin.partsSent.set(0);
        try (Socket socket = gateway.http.connect()) {
            socket.getOutputStream().write(RawHttp.request("GET", "/rest/v1/big"));
            InputStream in = socket.getInputStream();
            assertThat(in.readNBytes(100)).hasSize(100);
            // Nobody reads on: what is sent stays within the buffers on the way.
            int stuck = await().until(this::partsSentOnceSteady, parts -> parts > 0);
            assertThat(stuck).isLessThan(StandInOrigin.BIG_PARTS);
        }
        // The client left, so the origin's connection is given up.
        assertThat(gateway.origin.partsSent.get()).isLessThan(StandInOrigin.BIG_PARTS);
        assertThat(gateway.http.send("HEAD", "/rest/v1/big").status()).isEqualTo(200);
    }

    /** How many parts were sent if that does not change any more, else 0. */
    private int partsSentOnceSteady() {
        int before = gateway.origin.partsSent.get();
        gateway.management.get("/actuator/health/liveness");
        return gateway.origin.partsSent.get() == before ? before : 0;
    }

    @Test
    void meters_countNearHitsLikeAllOthers() {
        gateway.http.get("/rest/v1/meter/1");
        double requests = requests();
        double hits = gateway.meter("tidemark_lookups_total{layer=\"near\",outcome=\"hit\"");
        for (int i = 0; i < 10; i++) {
            gateway.http.get("/rest/v1/meter/1");
        }

        await().untilAsserted(() -> assertThat(requests()).isEqualTo(requests + 10));
        assertThat(gateway.meter("tidemark_lookups_total{layer=\"near\",outcome=\"hit\""))
                .isEqualTo(hits + 10);
        assertThat(gateway.meter("tidemark_near_entries")).isPositive();
        assertThat(gateway.meter("tidemark_near_bytes")).isPositive();
        assertThat(gateway.meter("tidemark_origin_fetches_total{outcome=\"answered\""))
                .isPositive();
        assertThat(gateway.meter("tidemark_fills_total{outcome=\"filled\"")).isPositive();
        assertThat(gateway.meter("resilience4j_circuitbreaker_state")).isPositive();
    }

    private static double requests() {
        return gateway.management
                .get("/actuator/prometheus")
                .body()
                .lines()
                .filter(line -> line.startsWith("http_server_requests_seconds_count"))
                .filter(line -> line.contains("uri=\"/rest/v1/{table}/{key}\""))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    @Test
    void actuator_isOnTheManagementPortOnly_andTablesAreNot() {
        assertThat(gateway.http.get("/actuator/health").status()).isEqualTo(404);
        assertThat(gateway.management.get("/actuator/health/readiness").body()).contains("\"UP\"");
        assertThat(gateway.management.get("/actuator/health/liveness").body()).contains("\"UP\"");
        assertThat(gateway.management.get("/actuator/gateway/routes").status()).isEqualTo(404);
        assertThat(gateway.management.get("/rest/v1/film/1").status()).isEqualTo(404);
    }
}

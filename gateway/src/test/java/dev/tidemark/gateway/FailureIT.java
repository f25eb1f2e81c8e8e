package dev.tidemark.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidemark.common.wire.Policy;
import dev.tidemark.gateway.fake.Gateway;
import dev.tidemark.gateway.fake.RawHttp.Response;
import dev.tidemark.gateway.fake.StandInOrigin;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What readers get while services die, and that everything is well again after. */
@SuppressWarnings("NullAway.Init")
class FailureIT {

    private static final Policy USUAL =
            new Policy(Duration.ofMinutes(1), Duration.ofHours(1), Duration.ZERO, true);

    /** Stale at once, but of use when the origin fails. */
    private static final Policy STALE_AT_ONCE =
            new Policy(Duration.ZERO, Duration.ofHours(1), Duration.ZERO, true);

    private static StandInOrigin second;
    private static Gateway gateway;

    @BeforeAll
    static void start() {
        second = new StandInOrigin();
        gateway =
                new Gateway(
                        "--tidemark.origin.addresses=" + second.address(),
                        "--tidemark.breaker.calls-min=5");
    }

    @AfterAll
    static void stop() {
        gateway.close();
        second.close();
    }

    @AfterEach
    void heal() {
        gateway.origin.failing = false;
        second.failing = false;
        gateway.origin.database.policy = USUAL;
        second.database.policy = USUAL;
    }

    private static Response read(String target, String... headers) {
        return gateway.http.get("/rest/v1/" + target, headers);
    }

    @Test
    void oneOriginInstanceDies_nobodyNotices() {
        gateway.origin.stop();
        for (int i = 1; i <= 20; i++) {
            assertThat(read("oneof/" + i).status()).isEqualTo(200);
        }
        assertThat(gateway.meter("resilience4j_circuitbreaker_state{name=\"origin 127"))
                .isPositive();
        gateway.origin.startAgain();
        await().untilAsserted(() -> {
            read("again/" + System.nanoTime());
            assertThat(gateway.origin.fetches("again")).isPositive();
        });
    }

    @Test
    void originDies_staleIsServedAndMarked_andWhatIsNotThereIs503() {
        gateway.origin.database.policy = STALE_AT_ONCE;
        second.database.policy = STALE_AT_ONCE;
        Response before = read("dying/1");
        gateway.origin.stop();
        second.stop();
        try {
            for (int i = 0; i < 20; i++) {
                Response stale = read("dying/1");
                assertThat(stale.status()).isEqualTo(200);
                assertThat(stale.body()).isEqualTo(before.body());
                assertThat(stale.header("Cache-Status"))
                        .matches("tidemark-near; hit; ttl=-\\d+; detail=stale-if-error");
                assertThat(stale.header("Cache-Control")).isEqualTo("no-store");
                Response absent = read("dying/2");
                assertThat(absent.status()).isEqualTo(503);
                assertThat(absent.header("Retry-After")).isNotEmpty();
                assertThat(absent.body()).contains("PGRST001");
            }
            assertThat(read("dying/1", "Cache-Control: no-cache").status()).isEqualTo(503);
            assertThat(gateway.management.get("/actuator/health/readiness").status())
                    .isEqualTo(200);
        } finally {
            gateway.origin.startAgain();
            second.startAgain();
        }
        await().untilAsserted(() -> assertThat(read("dying/2").status()).isEqualTo(200));
    }

    @Test
    void databaseAway_originsOwnProblemPassesThrough() {
        gateway.origin.failing = true;
        second.failing = true;

        Response failed = read("nodb/1");
        assertThat(failed.status()).isEqualTo(503);
        assertThat(failed.header("Retry-After")).isEqualTo("1");
        assertThat(failed.body()).contains("no database");
        gateway.origin.failing = false;
        second.failing = false;
        await().untilAsserted(() -> assertThat(read("nodb/1").status()).isEqualTo(200));
    }

    @Test
    void oneRelationsFault_opensNoBreaker() {
        for (int i = 0; i < 40; i++) {
            Response broken = read("broken/" + i);
            assertThat(broken.status()).isEqualTo(500);
            assertThat(broken.body()).contains("TM500");
        }
        assertThat(read("sound/1").status()).isEqualTo(200);
    }

    @Test
    void cacheServiceDies_readsGoOn_andItIsUsedAgainWhenItIsBack() {
        gateway.shared.stop();
        try {
            for (int i = 1; i <= 20; i++) {
                Response read = read("nocache/" + i);
                assertThat(read.status()).isEqualTo(200);
                assertThat(read.header("Cache-Status"))
                        .startsWith("tidemark-shared; fwd=bypass, tidemark-near; fwd=miss");
            }
            assertThat(read("nocache/1").header("Cache-Status")).startsWith("tidemark-near; hit");
        } finally {
            gateway.shared.startAgain();
        }
        await().untilAsserted(() ->
                assertThat(read("nocache/" + System.nanoTime()).header("Cache-Status"))
                        .startsWith("tidemark-shared; fwd=miss"));
    }

    @Test
    void slowOrigin_isA504AtTheDeadline() {
        Response late = read("slow/504", "Tidemark-Timeout: 100ms");

        assertThat(late.status()).isEqualTo(504);
        gateway.origin.openGate();
        second.openGate();
    }

    @Test
    void clientHangsUp_theFetchCompletesAndFills() throws IOException {
        try (Socket socket = gateway.http.connect()) {
            socket.getOutputStream()
                    .write(dev.tidemark.gateway.fake.RawHttp.request("GET", "/rest/v1/slow/9"));
            await().until(() -> gateway.origin.fetches("slow/9") + second.fetches("slow/9") > 0);
        }
        gateway.origin.openGate();
        second.openGate();

        await().untilAsserted(() ->
                assertThat(read("slow/9", "Cache-Control: only-if-cached").status())
                        .isEqualTo(200));
    }

    @Test
    void internalHeaders_areNeverSentOut() {
        assertThat(read("nowhere").headers().keySet())
                .noneMatch(name -> name.startsWith("Tidemark-Internal"));
    }
}

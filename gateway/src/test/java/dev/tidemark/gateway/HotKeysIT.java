package dev.tidemark.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidemark.common.request.ReadRequest;
import dev.tidemark.common.wire.CacheKey;
import dev.tidemark.gateway.fake.Gateway;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The real gateway, and what many read. */
@SuppressWarnings("NullAway.Init")
class HotKeysIT {

    private static Gateway gateway;

    @BeforeAll
    static void start() {
        // What one client can read on any machine is hot here.
        gateway = new Gateway("--tidemark.hot.rate=20");
        gateway.origin.database.followed = true;
        await().until(() -> gateway.meter("tidemark_follower_open") == 1);
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    private static void read(String target, int times) {
        for (int i = 0; i < times; i++) {
            assertThat(gateway.http.get(target).status()).isEqualTo(200);
        }
    }

    private static String hotKeys() {
        return gateway.management.get("/actuator/hotkeys").body();
    }

    private static CacheKey key(String target) {
        return switch (ReadRequest.parse("GET", target, name -> List.of())) {
            case ReadRequest.Parsed.Read(ReadRequest request) -> CacheKey.of(request.canonical());
            default -> throw new AssertionError(target);
        };
    }

    @Test
    void keyThatBecomesHot_isNamedWithinASecond_andMadeNewWithoutAReader()
            throws InterruptedException {
        String target = "/rest/v1/film?title=eq.Secret";
        // Neither client nor service do this for the first time below.
        read("/rest/v1/actor/1", 500);
        assertThat(hotKeys()).doesNotContain("Secret");

        AtomicBoolean goOn = new AtomicBoolean(true);
        Thread readers =
                Thread.ofVirtual()
                        .unstarted(() -> {
                            while (goOn.get()) {
                                read(target, 1);
                            }
                        });
        long began = System.nanoTime();
        readers.start();
        try {
            await().pollInterval(Duration.ofMillis(20))
                    .until(() -> hotKeys().contains("\"request\":\"array " + target + "\""));
            assertThat(Duration.ofNanos(System.nanoTime() - began))
                    .isLessThan(Duration.ofSeconds(1));
        } finally {
            goOn.set(false);
            readers.join();
        }
        assertThat(hotKeys()).contains("\"key\":\"" + key(target) + "\",\"perSecond\":");
        assertThat(gateway.meter("tidemark_hot_keys")).isPositive();
        assertThat(gateway.meter("tidemark_hot_rate")).isPositive();
        assertThat(gateway.meter("tidemark_near_pinned_bytes")).isPositive();
        assertThat(gateway.management.get("/actuator/prometheus").body()).doesNotContain("Secret");
        assertThat(gateway.http.get("/actuator/hotkeys").status())
                .as("not where clients are")
                .isEqualTo(404);

        gateway.origin.database.write("film");
        await().until(() -> gateway.meter("tidemark_refreshes_total{when=\"changed\"") == 1);
        await().untilAsserted(() -> {
            var response = gateway.http.get(target);
            assertThat(response.body()).contains("after 1");
            assertThat(response.header("Cache-Status")).startsWith("tidemark-near; hit");
        });
    }

    @Test
    void keyThatCacheServiceSaysIsHot_isOneHereToo() {
        String target = "/rest/v1/actor/2";
        gateway.shared.hotKeys.add(key(target));
        read(target, 1);
        await().until(() -> {
            // What it stands for, one of the next reads tells.
            read(target, 1);
            return hotKeys().contains("\"request\":\"array " + target + "\"");
        });
    }
}

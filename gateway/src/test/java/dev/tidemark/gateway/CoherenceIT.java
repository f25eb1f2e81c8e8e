package dev.tidemark.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidemark.gateway.fake.Gateway;
import dev.tidemark.gateway.fake.RawHttp.Response;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The real gateway at the end of a feed: what it says of staleness, and what tokens do. */
@SuppressWarnings("NullAway.Init")
class CoherenceIT {

    private static Gateway gateway;

    @BeforeAll
    static void start() {
        gateway =
                new Gateway(
                        "--tidemark.token.cookie=true",
                        "--tidemark.feed.staleness-max=3s",
                        "--check.rate=20",
                        "--tidemark.check.windows=200ms");
        gateway.origin.database.followed = true;
        await().until(() -> gateway.meter("tidemark_follower_open") == 1);
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    private static Response read(String target, String... headers) {
        return gateway.http.get("/rest/v1/" + target, headers);
    }

    private static long staleness(Response response) {
        assertThat(response.header("Tidemark-Staleness")).matches("\\d+ms");
        return Long.parseLong(response.header("Tidemark-Staleness").replace("ms", ""));
    }

    private static boolean isHit(Response response) {
        return response.header("Cache-Status").matches("tidemark-near; hit; ttl=\\d+");
    }

    @Test
    void followedHit_isAsStaleAsTheFeed_andAChangeIsSeen() {
        Response fill = read("film/1");
        await().untilAsserted(() -> {
            Response hit = read("film/1");
            assertThat(isHit(hit)).isTrue();
            assertThat(staleness(hit)).isLessThan(500);
            assertThat(hit.header("Age")).isEqualTo("0");
            assertThat(hit.body()).isEqualTo(fill.body());
        });
        assertThat(gateway.meter("tidemark_staleness_seconds")).isNotNaN();
        await().untilAsserted(() ->
                assertThat(isHit(read("film/1", "Cache-Control: max-age=0"))).isTrue());

        gateway.origin.database.write("film");
        await().untilAsserted(() -> assertThat(read("film/1").body()).contains("after 1"));
        assertThat(gateway.meter("tidemark_lookups_total{layer=\"near\",outcome=\"invalid\""))
                .isPositive();
    }

    @Test
    void token_isOnEveryAnswer_andItsWriteIsSeenAtOnce() {
        Response first = read("actor/1");
        String token = first.header("Tidemark-Token");
        assertThat(token).hasSize(66);
        for (Response other :
                new Response[] {
                    read("actor/0"),
                    read("actor/1", "If-None-Match: " + first.header("ETag")),
                    gateway.http.send("HEAD", "/rest/v1/actor/1"),
                    read("volatile/1"),
                    gateway.http.send("HEAD", "/rest/v1/big"),
                }) {
            assertThat(other.header("Tidemark-Token")).as("" + other.status()).hasSize(66);
        }

        for (int writes = 1; writes <= 20; writes++) {
            gateway.origin.database.write("actor");
            String seen = read("language/" + writes).header("Tidemark-Token");
            Response after = read("actor/1", "Tidemark-Token: " + token + ", " + seen);
            assertThat(after.body()).contains("after " + writes + "\"");
        }
    }

    @Test
    void tokenAheadOfTheLog_isAnsweredByTheOrigin_asACookieToo() {
        Response first = read("film/3");
        assertThat(first.header("Set-Cookie"))
                .isEqualTo(
                        "tidemark-token="
                                + first.header("Tidemark-Token")
                                + "; Path=/; HttpOnly; SameSite=Lax");
        gateway.origin.database.log.holdUp();
        try {
            gateway.origin.database.write("film");
            String cookie = read("language/99").header("Set-Cookie");
            assertThat(read("film/3").body()).isEqualTo(first.body());
            Response after = read("film/3", "Cookie: a=b; " + cookie.split(";", -1)[0]);
            assertThat(after.status()).isEqualTo(200);
            assertThat(after.body()).isNotEqualTo(first.body());
        } finally {
            gateway.origin.database.log.goOn();
        }
        assertThat(gateway.meter("tidemark_token_waits_total{outcome=\"origin\"")).isPositive();
        assertThat(gateway.feed.heartbeatsDemanded).hasPositiveValue();
    }

    @Test
    void forgedToken_isRefusedAndNamed() {
        Response refused = read("film/2", "Tidemark-Token: " + "A".repeat(66));
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.body()).contains("Tidemark-Token: the token was not made here");
        assertThat(refused.headers()).doesNotContainKey("Set-Cookie");
        assertThat(read("film/2", "Tidemark-Token: x").body()).contains("66 characters");
    }

    @Test
    void badCookie_isRefusedAndDropped() {
        Response refused = read("film/3", "Cookie: tidemark-token=" + "A".repeat(66));
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.header("Set-Cookie")).startsWith("tidemark-token=; Path=/; Max-Age=0");
    }

    @Test
    void whatWasServed_isComparedWithTheDatabaseLater_andABreachIsExplained() {
        assertThat(prometheus()).contains("tidemark_inconsistencies_total{window=\"200ms\"} 0.0");
        await().untilAsserted(() -> {
            read("inventory/1");
            assertThat(gateway.meter("tidemark_consistency_checks_total{outcome=\"consistent\""))
                    .isPositive();
        });
        gateway.origin.database.write("inventory");
        await().untilAsserted(() -> {
            read("inventory/1");
            assertThat(gateway.meter("tidemark_consistency_checks_total{outcome=\"overtaken\""))
                    .isPositive();
        });
        assertThat(prometheus()).contains("tidemark_inconsistencies_total{window=\"200ms\"} 0.0");

        gateway.origin.database.writeSilently("inventory");
        await().untilAsserted(() -> {
            read("inventory/1");
            assertThat(gateway.meter("tidemark_inconsistencies_total")).isPositive();
        });
        assertThat(gateway.management.get("/actuator/consistency").body())
                .contains("\"request\":\"array /rest/v1/inventory/1\"")
                .contains("\"window\":\"200ms\"")
                .contains("\"stamp\":");
    }

    private static String prometheus() {
        return gateway.management.get("/actuator/prometheus", "Accept: text/plain").body();
    }

    @Test
    void feedIsAway_nothingFollowedIsServedBeyondTheBound_andAllIsWellAgain() {
        read("store/1");
        await().untilAsserted(() -> assertThat(isHit(read("store/1"))).isTrue());
        gateway.shared.stop();
        try {
            await().untilAsserted(() -> assertThat(isHit(read("store/1"))).isFalse());
            assertThat(read("store/1").status()).isEqualTo(200);
            assertThat(gateway.management.get("/actuator/health/readiness").status())
                    .isEqualTo(200);
        } finally {
            gateway.shared.startAgain();
        }
        await().until(() -> gateway.meter("tidemark_staleness_seconds") < 0.4);
        assertThat(gateway.meter("tidemark_feed_reconnects_total")).isPositive();
        await().untilAsserted(() -> assertThat(isHit(read("store/1"))).isTrue());
    }
}

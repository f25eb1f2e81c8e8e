package dev.tidemark.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidemark.common.request.CanonicalRequest;
import dev.tidemark.common.request.ReadRequest;
import dev.tidemark.common.wire.Answer;
import dev.tidemark.common.wire.BodyEncoding;
import dev.tidemark.common.wire.CacheKey;
import dev.tidemark.common.wire.Fill;
import dev.tidemark.common.wire.Policy;
import dev.tidemark.gateway.fake.Gateway;
import dev.tidemark.gateway.fake.RawHttp.Response;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.netty.http.client.HttpClient;

/** One stored body, and each client gets it as it can read it, wherever the answer comes from. */
@SuppressWarnings("NullAway.Init")
class CompressionIT {

    private static final String GZIP = "Accept-Encoding: gzip";

    private static Gateway gateway;

    @BeforeAll
    static void start() {
        gateway = new Gateway();
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    private static void assertGzip(Response response) {
        assertThat(response.header("Content-Encoding")).isEqualTo("gzip");
        assertThat(response.header("ETag")).endsWith("-gzip\"");
        assertThat(response.header("Content-Length")).isEqualTo("" + response.body().length());
        assertThat(response.content()).contains("asked").endsWith("\n");
        assertThat(response.content().length()).isGreaterThan(4 * response.body().length());
    }

    private static void assertIdentity(Response response) {
        assertThat(response.headers()).doesNotContainKey("Content-Encoding");
        assertThat(response.header("ETag")).doesNotContain("gzip").isNotEmpty();
        assertThat(response.header("Content-Length")).isEqualTo("" + response.body().length());
        assertThat(response.body()).contains("asked").endsWith("\n");
    }

    private static double nearHits() {
        return gateway.meter("tidemark_lookups_total{layer=\"near\",outcome=\"hit\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"wide", "vast"})
    void oneEntry_inBothForms_coldAndWarm(String row) {
        String target = "/rest/v1/forms/" + row;
        double saved = gateway.meter("tidemark_compression_saved_bytes_total");
        Response gzip = gateway.http.get(target, GZIP);
        double hits = nearHits();
        Response identity = gateway.http.get(target);

        assertThat(nearHits()).as("counted once, whichever seat unpacks").isEqualTo(hits + 1);
        assertGzip(gzip);
        assertIdentity(identity);
        assertThat(gzip.content()).isEqualTo(identity.body());
        assertThat(gzip.header("Vary")).isEqualTo(identity.header("Vary"));
        assertThat(identity.header("Cache-Status")).startsWith("tidemark-near; hit");
        assertThat(gateway.http.get(target, GZIP).lasting()).isEqualTo(gzip.lasting());
        assertThat(gateway.origin.fetches("forms/" + row)).isOne();
        assertThat(gateway.meter("tidemark_compression_saved_bytes_total")).isGreaterThan(saved);
        for (Response form : List.of(gzip, identity)) {
            String[] accept = form.equals(gzip) ? new String[] {GZIP} : new String[0];
            Response head = gateway.http.send("HEAD", target, accept);
            assertThat(head.lasting().headers()).isEqualTo(form.lasting().headers());
            assertThat(head.body()).isEmpty();
            for (Response known : List.of(gzip, identity)) {
                List<String> condition = new ArrayList<>(List.of(accept));
                condition.add("If-None-Match: " + known.header("ETag"));
                Response same = gateway.http.get(target, condition.toArray(String[]::new));
                assertThat(same.status()).isEqualTo(304);
                assertThat(same.header("ETag")).isEqualTo(form.header("ETag"));
                assertThat(same.headers()).doesNotContainKey("Content-Encoding");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"wide", "vast"})
    void identityClientFirst_getsTheSame(String row) {
        Response cold = gateway.http.get("/rest/v1/plain/" + row);
        assertIdentity(cold);
        assertThat(gateway.http.get("/rest/v1/plain/" + row).lasting()).isEqualTo(cold.lasting());
        assertGzip(gateway.http.get("/rest/v1/plain/" + row, GZIP));
    }

    @Test
    void realGzipClient_readsWhatOthersRead() {
        HttpClient client =
                HttpClient.create().compress(true).host("127.0.0.1").port(gateway.port());
        for (String row : List.of("1", "wide", "vast")) {
            String target = "/rest/v1/real/" + row;
            for (int i = 0; i < 2; i++) {
                assertThat(
                                client.get()
                                        .uri(target)
                                        .responseContent()
                                        .aggregate()
                                        .asString()
                                        .block())
                        .isEqualTo(gateway.http.get(target).body());
            }
        }
        assertThat(gateway.origin.lastHeaders.contains("Accept-Encoding")).isFalse();
    }

    @Test
    void waiters_getOneFetchEachInItsForm() throws Exception {
        double coalesced = gateway.meter("tidemark_coalesced_total");
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Response>> gzip = new ArrayList<>();
            List<Future<Response>> identity = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                gzip.add(threads.submit(() -> gateway.http.get("/rest/v1/slow/vast", GZIP)));
                identity.add(threads.submit(() -> gateway.http.get("/rest/v1/slow/vast")));
            }
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> gateway.meter("tidemark_coalesced_total") >= coalesced + 9);
            gateway.origin.openGate();
            for (Future<Response> response : gzip) {
                assertGzip(response.get());
            }
            for (Future<Response> response : identity) {
                assertIdentity(response.get());
            }
        }
        assertThat(gateway.origin.fetches("slow/vast")).isOne();
    }

    @Test
    void staleIfError_isServedInBothForms() {
        Policy usual = gateway.origin.database.policy;
        gateway.origin.database.policy =
                new Policy(Duration.ZERO, Duration.ofHours(1), Duration.ZERO, true);
        Response fresh = gateway.http.get("/rest/v1/stale/wide");
        gateway.origin.failing = true;
        try {
            Response gzip = gateway.http.get("/rest/v1/stale/wide", GZIP);
            Response identity = gateway.http.get("/rest/v1/stale/wide");

            assertThat(gzip.header("Cache-Status")).endsWith("detail=stale-if-error");
            assertGzip(gzip);
            assertIdentity(identity);
            assertThat(gzip.content()).isEqualTo(fresh.body());
        } finally {
            gateway.origin.failing = false;
            gateway.origin.database.policy = usual;
        }
    }

    @Test
    void pastTheCaches_isPackedAllTheSame() {
        String noStore = "Cache-Control: no-store";
        assertGzip(gateway.http.get("/rest/v1/passed/wide", noStore, GZIP));
        assertIdentity(gateway.http.get("/rest/v1/passed/wide", noStore));
    }

    @Test
    void problemsAndStreams_areNotPacked() {
        Response missing = gateway.http.get("/rest/v1/wide/0", GZIP);
        assertThat(missing.status()).isEqualTo(404);
        assertThat(missing.body().length()).isGreaterThan(2000);
        assertThat(missing.headers()).doesNotContainKey("Content-Encoding");
        assertThat(gateway.http.send("HEAD", "/rest/v1/big", GZIP).headers())
                .doesNotContainKey("Content-Encoding");
    }

    /** What another gateway filled, and what a broken one did. */
    @Test
    void entryOfTheSharedCache_isSentAsStored_unlessItIsCorrupt() {
        byte[] sound = fill("/rest/v1/other/vast", false);
        assertGzip(gateway.http.get("/rest/v1/other/vast", GZIP));
        assertThat(gateway.http.get("/rest/v1/other/vast").body()).isEqualTo(text(sound));
        assertThat(gateway.origin.fetches("other")).isZero();

        byte[] wanted = fill("/rest/v1/corrupt/vast", true);
        Response repaired = gateway.http.get("/rest/v1/corrupt/vast", GZIP);
        assertThat(repaired.status()).isEqualTo(200);
        assertThat(repaired.content()).isEqualTo(text(wanted));
        assertThat(repaired.header("Cache-Status")).contains("fwd=miss", "stored");
        assertThat(gateway.http.get("/rest/v1/corrupt/vast").body()).isEqualTo(text(wanted));
        assertThat(gateway.origin.fetches("corrupt")).isOne();
        assertThat(gateway.meter("tidemark_lookups_total{layer=\"shared\",outcome=\"corrupt\""))
                .isPositive();
    }

    /** As if by another gateway; returns the identity body. */
    private static byte[] fill(String target, boolean corrupt) {
        CanonicalRequest request =
                switch (ReadRequest.parse("GET", target, name -> List.of())) {
                    case ReadRequest.Parsed.Read(ReadRequest read) -> read.canonical();
                    default -> throw new AssertionError(target);
                };
        Answer answer = gateway.origin.database.read(request);
        byte[] packed = packed(answer.body());
        if (corrupt) {
            packed[packed.length / 2] ^= 1;
        }
        CacheKey key = CacheKey.of(request);
        gateway.shared
                .cache
                .fill(
                        new Fill(
                                gateway.shared.cache.lease(key),
                                answer.withBody(packed, BodyEncoding.GZIP),
                                Duration.ZERO))
                .block();
        return answer.body();
    }

    private static byte[] packed(byte[] body) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (var out = new GZIPOutputStream(packed)) {
            out.write(body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return packed.toByteArray();
    }

    private static String text(byte[] body) {
        return new String(body, StandardCharsets.UTF_8);
    }
}

package dev.tidemark.cache;

import static dev.tidemark.cache.entry.Entries.answer;
import static dev.tidemark.cache.entry.Entries.lookup;
import static dev.tidemark.cache.entry.Entries.randomKey;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.tidemark.common.tag.Version;
import dev.tidemark.common.wire.Answer;
import dev.tidemark.common.wire.CacheKey;
import dev.tidemark.common.wire.Fill;
import dev.tidemark.common.wire.Lease;
import dev.tidemark.common.wire.Lookup;
import dev.tidemark.common.wire.LookupCodec;
import dev.tidemark.common.wire.LookupOutcome;
import dev.tidemark.common.wire.LookupOutcome.Awaited;
import dev.tidemark.common.wire.LookupOutcome.Hit;
import dev.tidemark.common.wire.LookupOutcome.Leased;
import dev.tidemark.common.wire.LookupOutcome.Uncacheable;
import dev.tidemark.common.wire.Release;
import dev.tidemark.common.wire.Renewal;
import dev.tidemark.testing.Backends;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The service as a gateway sees it. */
class CacheServiceIT {

    private static final Duration YOUNG = Duration.ZERO;

    /** They must not end within a test, however busy the machine is. */
    private static final Duration LEASE = Duration.ofMinutes(1);

    private static RunningService service;
    private static CacheClient cache;

    @BeforeAll
    static void start() {
        service =
                RunningService.start(
                        Backends.redisCluster().nodeList(),
                        RunningService.PATIENT,
                        "--tidemark.leases.timeout-min=" + LEASE,
                        "--tidemark.leases.timeout=" + LEASE);
        service.awaitReady();
        cache = new CacheClient(service.port());
    }

    @AfterAll
    static void stop() {
        cache.close();
        service.close();
    }

    @Test
    void key_goesFromLeaseToFillToHit() {
        CacheKey key = randomKey();
        Lease lease = ((Leased) cache.find(lookup(key))).lease();
        assertThat(cache.find(lookup(key))).isInstanceOf(Awaited.class);

        assertThat(cache.fill(new Fill(lease, answer(7), YOUNG))).isEqualTo(204);

        assertThat(cache.find(lookup(key)))
                .asInstanceOf(type(Hit.class))
                .satisfies(hit -> assertThat(hit.stored().answer()).isEqualTo(answer(7)));
        assertThat(cache.find(lookup(key, new Version(7)))).isInstanceOf(Leased.class);
    }

    @Test
    void release_freesOrMarks() {
        CacheKey key = randomKey();
        Lease lease = ((Leased) cache.find(lookup(key))).lease();
        assertThat(cache.release(new Release(lease, Release.Why.UNUSED))).isEqualTo(204);
        lease = ((Leased) cache.find(lookup(key))).lease();
        assertThat(cache.release(new Release(lease, Release.Why.UNCACHEABLE))).isEqualTo(204);
        assertThat(cache.find(lookup(key))).isInstanceOf(Uncacheable.class);
        assertThat(cache.release(new Release(lease, Release.Why.UNUSED)))
                .as("twice")
                .isEqualTo(204);
    }

    @Test
    void renewal_isAnsweredWithHowLongTheLeaseIsHeld() {
        CacheKey key = randomKey();
        Lease lease = ((Leased) cache.find(lookup(key))).lease();
        assertThat(cache.renew(new Renewal(lease, Duration.ofMillis(100))))
                .isBetween(Lease.SHORTEST, LEASE);
        cache.release(new Release(lease, Release.Why.UNUSED));
        assertThat(cache.renew(new Renewal(lease, Duration.ofMillis(200)))).isZero();
    }

    @Test
    void batch_ofManyKeys_isAnsweredForEach() {
        List<CacheKey> keys =
                IntStream.range(0, LookupCodec.BATCH_MAX).mapToObj(_ -> randomKey()).toList();
        List<Lookup> batch = keys.stream().map(key -> lookup(key)).toList();
        List<LookupOutcome> first = cache.find(batch);
        assertThat(first).hasSize(keys.size()).hasOnlyElementsOfType(Leased.class);
        for (int i = 0; i < keys.size(); i += 2) {
            Lease lease = ((Leased) first.get(i)).lease();
            assertThat(lease.key()).isEqualTo(keys.get(i));
            assertThat(cache.fill(new Fill(lease, answer(i), YOUNG))).isEqualTo(204);
        }

        List<LookupOutcome> second = cache.find(batch);
        for (int i = 0; i < keys.size(); i++) {
            if (i % 2 == 0) {
                assertThat(((Hit) second.get(i)).stored().answer()).isEqualTo(answer(i));
            } else {
                assertThat(second.get(i)).isInstanceOf(Awaited.class);
            }
        }
        assertThat(cache.find(List.of())).isEmpty();
    }

    @Test
    void batch_withOneKeyTwice_grantsOneLease() {
        CacheKey key = randomKey();
        assertThat(cache.find(List.of(lookup(key), lookup(key))))
                .satisfiesExactlyInAnyOrder(
                        one -> assertThat(one).isInstanceOf(Leased.class),
                        other -> assertThat(other).isInstanceOf(Awaited.class));
    }

    @Test
    void largestBody_travelsBothWays() {
        CacheKey key = randomKey();
        Lease lease = ((Leased) cache.find(lookup(key))).lease();
        byte[] body = new byte[Answer.BODY_BYTES_MAX];
        Arrays.fill(body, (byte) 'x');
        Answer small = answer(7);
        Answer large =
                new Answer(
                        small.status(),
                        small.head(),
                        body,
                        small.version(),
                        small.seenLsn(),
                        small.tags(),
                        small.policy(),
                        small.identity(),
                        small.followed());
        assertThat(cache.fill(new Fill(lease, large, YOUNG))).isEqualTo(204);
        assertThat(((Hit) cache.find(lookup(key))).stored().answer()).isEqualTo(large);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/internal/v1/lookups",
                "/internal/v1/fills",
                "/internal/v1/releases",
            })
    void malformedBody_isA400(String path) {
        assertProblem(400, cache.post(path, BodyPublishers.noBody()));
        assertProblem(400, cache.post(path, BodyPublishers.ofString("{\"not\":\"ours\"}")));
        // Announces more than there is.
        assertProblem(400, cache.post(path, BodyPublishers.ofByteArray(new byte[] {1, 0, 9, 1})));
        byte[] batch = LookupCodec.encodeBatch(List.of(lookup(randomKey())));
        assertProblem(400, cache.post(path, BodyPublishers.ofByteArray(Arrays.copyOf(batch, 99))));
    }

    @Test
    void fillFromTheFuture_isA400() {
        Lease lease = new Lease(randomKey(), "", 1);
        assertThat(cache.fill(new Fill(lease, answer(7), Duration.ofMillis(-1)))).isEqualTo(400);
    }

    @Test
    void damagedFill_isA400() {
        byte[] fill =
                LookupCodec.encodeFill(new Fill(new Lease(randomKey(), "", 1), answer(7), YOUNG));
        fill[fill.length - 8] ^= 1;
        assertProblem(400, cache.post("/internal/v1/fills", BodyPublishers.ofByteArray(fill)));
    }

    @ParameterizedTest
    @CsvSource({
        "/internal/v1/lookups, 1048576",
        "/internal/v1/fills, 2164736",
        "/internal/v1/releases, 67584"
    })
    void bodyOverTheLimit_isA413(String path, int bytesMax) {
        byte[] body = new byte[bytesMax + 1];
        assertProblem(413, cache.post(path, BodyPublishers.ofByteArray(body)));
        // Chunked: its length is not known ahead.
        BodyPublisher chunked = BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body));
        assertProblem(413, cache.post(path, chunked));
        assertProblem(
                400, cache.post(path, BodyPublishers.ofByteArray(Arrays.copyOf(body, bytesMax))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/error", "/internal/v1/lookup", "/internal/v1/lookups/", "/%20"})
    void unknownPath_isA404(String path) {
        assertProblem(404, cache.post(path, BodyPublishers.noBody()));
        assertProblem(404, cache.send("GET", path, BodyPublishers.noBody()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "PUT", "DELETE", "PATCH"})
    void otherMethod_isA405(String method) {
        HttpResponse<byte[]> response =
                cache.send(method, "/internal/v1/lookups", BodyPublishers.noBody());
        assertProblem(405, response);
        assertThat(response.headers().firstValue("Allow")).hasValue("POST");
    }

    /** What Tomcat refuses before any endpoint is asked. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /[ HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET /%2e%2e/%zz HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET / HTTP/1.1\r\n\r\n",
                "GET /a%2Fb HTTP/1.1\r\nHost: x\r\n\r\n",
                "TRACE / HTTP/1.1\r\nHost: x\r\n\r\n",
            })
    void brokenRequest_isAProblemToo(String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), service.port())) {
            socket.setSoTimeout(5_000);
            OutputStream out = socket.getOutputStream();
            out.write(request.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n").getBytes(UTF_8));
            out.flush();
            String response = new String(socket.getInputStream().readAllBytes(), UTF_8);
            assertThat(response)
                    .matches("(?s)HTTP/1\\.1 4\\d\\d .*")
                    .contains("Content-Type: application/problem+json")
                    .contains("\"code\":")
                    .doesNotContain("html", "Exception", "\tat ");
        }
    }

    @Test
    void metrics_tellWhatHappened() {
        CacheKey key = randomKey();
        Lease lease = ((Leased) cache.find(lookup(key))).lease();
        cache.find(lookup(key));
        cache.fill(new Fill(lease, answer(7), YOUNG));
        cache.find(lookup(key));

        String metrics = service.management("/actuator/prometheus").body();
        for (String name :
                List.of(
                        "tidemark_lookups_total{layer=\"shared\",outcome=\"hit\"}",
                        "tidemark_lookups_total{layer=\"shared\",outcome=\"miss\"}",
                        "tidemark_leases_total{outcome=\"granted\"}",
                        "tidemark_leases_total{outcome=\"awaited\"}",
                        "tidemark_fills_total{layer=\"shared\",outcome=\"stored\"}",
                        "tidemark_lookups_batch_count")) {
            assertThat(sample(metrics, name)).as(name).isPositive();
        }
        assertThat(metrics)
                .contains("tidemark_lookups_total{layer=\"shared\",outcome=\"corrupt\"}")
                .contains("tidemark_leases_total{outcome=\"expired\"}")
                .contains("lettuce_command_completion_seconds_count{command=\"EVALSHA\"")
                .contains("uri=\"/internal/v1/lookups\"");
    }

    private static double sample(String metrics, String name) {
        return metrics.lines()
                .filter(line -> line.startsWith(name))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .findFirst()
                .orElse(0);
    }

    private static void assertProblem(int status, HttpResponse<byte[]> response) {
        String body = new String(response.body(), UTF_8);
        assertThat(response.statusCode()).as(body).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type"))
                .hasValue("application/problem+json");
        assertThat(body).contains("\"status\":" + status).doesNotContain("Exception", "\\tat ");
    }
}

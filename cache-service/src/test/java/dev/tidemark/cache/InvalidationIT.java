package dev.tidemark.cache;

import static dev.tidemark.cache.entry.Entries.lookup;
import static dev.tidemark.cache.entry.Entries.randomKey;
import static dev.tidemark.cache.invalidation.Records.answer;
import static dev.tidemark.cache.invalidation.Records.changed;
import static dev.tidemark.cache.invalidation.Records.generation;
import static dev.tidemark.cache.invalidation.Records.heartbeat;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.tidemark.cache.feed.FollowingGateway;
import dev.tidemark.cache.invalidation.EncodedRecord;
import dev.tidemark.cache.invalidation.Records;
import dev.tidemark.common.log.Advisory;
import dev.tidemark.common.log.AppendOutcome;
import dev.tidemark.common.log.Change;
import dev.tidemark.common.log.Completeness;
import dev.tidemark.common.log.LogCodec;
import dev.tidemark.common.log.LogFollower;
import dev.tidemark.common.log.LogOpened;
import dev.tidemark.common.log.LogPosition;
import dev.tidemark.common.log.LogRecord;
import dev.tidemark.common.tag.Tag;
import dev.tidemark.common.tag.Tags;
import dev.tidemark.common.wire.CacheKey;
import dev.tidemark.common.wire.Fill;
import dev.tidemark.common.wire.Lease;
import dev.tidemark.common.wire.LookupOutcome.Hit;
import dev.tidemark.common.wire.LookupOutcome.Leased;
import dev.tidemark.common.wire.MalformedException;
import dev.tidemark.testing.Backends;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two instances and one log, as its reader and the gateways see them. */
class InvalidationIT {

    /** Of the other tests' logs none. */
    private static final String NAME =
            "it-" + Long.toHexString(ThreadLocalRandom.current().nextLong());

    /** What the origin says of its completeness; nothing while it does not hold the slot. */
    private static final AtomicReference<Optional<Completeness>> complete =
            new AtomicReference<>(Optional.empty());

    private static HttpServer origin;
    private static RunningService one;
    private static RunningService two;
    private static CacheClient first;
    private static CacheClient second;

    private static long term;
    private static LogRecord tail;
    private static long lsn;
    private static long xid = 1_000;

    @BeforeAll
    static void start() throws IOException, MalformedException {
        origin = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        origin.createContext(
                "/internal/v1/completeness",
                exchange -> {
                    Optional<Completeness> said = complete.get();
                    byte[] body =
                            said.map(LogCodec::encodeCompleteness).orElse(new byte[] {'{', '}'});
                    exchange.sendResponseHeaders(said.isPresent() ? 200 : 404, body.length);
                    exchange.getResponseBody().write(body);
                    exchange.close();
                });
        origin.start();
        one = startService();
        two = startService();
        first = new CacheClient(one.port());
        second = new CacheClient(two.port());
        one.awaitReady();
        two.awaitReady();

        LogOpened opened = LogCodec.decodeOpened(body(post("/internal/v1/log/open", new byte[0])));
        assertThat(opened.tail()).isEmpty();
        term = opened.term();
        EncodedRecord begun = generation(++lsn, term);
        tail = begun.record();
        assertAppended(begun);
        beat();
    }

    private static RunningService startService(String... more) {
        return RunningService.start(
                Backends.redisCluster().nodeList(),
                Stream.concat(
                                Stream.of(
                                        RunningService.PATIENT,
                                        "--tidemark.log.name=" + NAME,
                                        "--tidemark.clock.slots=8192",
                                        "--tidemark.log.snapshot-period=200ms",
                                        "--tidemark.origin.addresses=http://localhost:"
                                                + origin.getAddress().getPort()),
                                Stream.of(more))
                        .toArray(String[]::new));
    }

    @AfterAll
    static void stop() {
        first.close();
        second.close();
        one.close();
        two.close();
        origin.stop(0);
    }

    @Test
    void change_makesEntriesInvalidInEveryInstance() {
        Tag film = Tag.row("public.film", "1");
        CacheKey key = randomKey();
        long read = xid + 1;
        fill(key, read, film);
        awaitHit(first, key);
        awaitHit(second, key);

        change(film);
        await().until(() -> second.find(lookup(key)) instanceof Leased);
        fill(key, xid + 1, film);
        awaitHit(first, key);
        awaitHit(second, key);
        assertThat(metric(two, "tidemark_lookups_total{layer=\"shared\",outcome=\"invalid\"}"))
                .isPositive();
    }

    @Test
    void overtakenEntry_isOfferedAsTheLast() {
        Tag film = Tag.row("public.film", "2");
        CacheKey key = randomKey();
        fill(key, xid, film);
        change(film);
        await().until(() ->
                first.find(lookup(key)) instanceof Leased leased && leased.last().isPresent());
    }

    @Test
    void feed_isResumedAtAnotherInstance() {
        FollowingGateway gateway = new FollowingGateway();
        try (InputStream feed = first.feed("")) {
            gateway.follow(feed);
            change(Tag.row("public.film", "3"));
            awaitAt(gateway, tail.position());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        assertThat(gateway.snapshots).hasValue(1);
        LogPosition left = gateway.follower.position();
        change(Tag.row("public.film", "4"));
        change(Tag.row("public.film", "5"));
        LogFollower.Copy copy = gateway.follower.copy();

        FollowingGateway back = new FollowingGateway();
        back.follower.restore(copy);
        follow(second, "?after=" + left, back);
        awaitAt(back, tail.position());
        assertThat(back.snapshots).hasValue(0);
        assertThat(back.records).hasSize(2);
        change(Tag.row("public.film", "6"));
        awaitAt(back, tail.position());
        assertThat(back.follower.isValid(answer(xid, Tag.row("public.film", "6")))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"?after=", "?after=7-0/1-3", "?after=0-0/0-0"})
    void feedAfterAPlaceThatNobodyKnows_startsWithASnapshot(String query) {
        FollowingGateway gateway = new FollowingGateway();
        follow(second, query, gateway);
        awaitAt(gateway, tail.position());
        assertThat(gateway.snapshots.get() + gateway.records.size()).isPositive();
        assertThat(gateway.follower.isOpen()).isTrue();
    }

    @Test
    void feedAfterNonsense_isA400() throws IOException {
        try (InputStream body = first.follow("?after=nonsense").body()) {
            assertThat(new String(body.readAllBytes(), UTF_8)).contains("\"status\":400");
        }
    }

    @Test
    void advisory_isKnownHereAtOnceAndToWhoFollows() {
        Tag film = Tag.row("public.film", "7");
        CacheKey key = randomKey();
        FollowingGateway gateway = new FollowingGateway();
        follow(first, "", gateway);
        awaitAt(gateway, tail.position());
        fill(key, xid + 1, film);
        awaitHit(first, key);

        byte[] advisory =
                LogCodec.encodeAdvisory(
                        new Advisory(
                                Records.IDENTITY, new Change(xid + 1, Tags.of(List.of(film)))));
        assertThat(post("/internal/v1/advisories", advisory).statusCode()).isEqualTo(204);
        assertThat(first.find(lookup(key))).isInstanceOf(Leased.class);
        await().until(() -> gateway.advisories.size() == 1);
        assertThat(gateway.follower.isValid(answer(xid + 1, film))).isFalse();
    }

    @Test
    void completeness_isTheOriginsAndThisInstancesOwn() throws MalformedException {
        complete.set(Optional.empty());
        beat();
        complete.set(Optional.of(new Completeness(tail.position(), Duration.ofMillis(250))));
        await().until(() -> completeness(second).isPresent());
        Completeness said = completeness(second).orElseThrow();
        assertThat(said.position()).isEqualTo(tail.position());
        assertThat(said.staleness()).isBetween(Duration.ofMillis(250), Duration.ofSeconds(5));

        complete.set(Optional.empty());
        await().until(() ->
                completeness(second).orElseThrow().staleness().compareTo(said.staleness()) > 0);
        assertThat(metric(two, "tidemark_staleness_seconds")).isGreaterThan(0.25);
    }

    private static Optional<Completeness> completeness(CacheClient client)
            throws MalformedException {
        HttpResponse<byte[]> response =
                client.send("GET", "/internal/v1/completeness", BodyPublishers.noBody());
        if (response.statusCode() == 503) {
            return Optional.empty();
        }
        return Optional.of(LogCodec.decodeCompleteness(body(response)));
    }

    @Test
    void recordThatCannotBeTrue_isA400() {
        long impossible = xid + LogFollower.STAMP_AHEAD_MAX + 100_000;
        for (EncodedRecord record :
                List.of(
                        changed(lsn + 1, tail, impossible, Tag.anyRow("a")),
                        changed(lsn + 1, tail, -1, Tag.anyRow("a")),
                        heartbeat(lsn + 1, tail, impossible),
                        generation(lsn + 1, -3, tail.position()))) {
            assertThat(append(record).statusCode()).isEqualTo(400);
        }
        assertThat(post("/internal/v1/log/records", LogCodec.encodeBatch(List.of())).statusCode())
                .isEqualTo(400);
        assertThat(post("/internal/v1/log/records", new byte[] {1, 0, 1, 9}).statusCode())
                .isEqualTo(400);
        byte[] large = new byte[LogCodec.BATCH_BYTES_MAX + 1];
        assertThat(post("/internal/v1/log/records", large).statusCode()).isEqualTo(413);
        assertThat(post("/internal/v1/advisories", new byte[3]).statusCode()).isEqualTo(400);
    }

    /** As when a reader of a later version was there, and has gone. */
    @Test
    void tailOfAnUnknownKind_closesTheLog_untilTheNextReadersGeneration()
            throws MalformedException {
        EncodedRecord known = heartbeat(++lsn, tail, ++xid);
        byte[] batch = LogCodec.encodeBatch(List.of(known.record()));
        batch[batch.length - known.bytes().length + 1] = 77;
        assertThat(LogCodec.decodeOutcome(body(post("/internal/v1/log/records", batch))))
                .isInstanceOf(AppendOutcome.Appended.class);
        await().until(() -> metric(two, "tidemark_follower_open") == 0);

        LogOpened opened = LogCodec.decodeOpened(body(post("/internal/v1/log/open", new byte[0])));
        assertThat(opened.tail())
                .contains(
                        new LogRecord(
                                known.record().position(),
                                known.record().predecessor(),
                                new LogRecord.Content.Unknown(0)));
        term = opened.term();
        assertAppended(generation(++lsn, term, known.record().position()));
        beat();
        Tag film = Tag.row("public.film", "9");
        CacheKey key = randomKey();
        fill(key, xid + 1, film);
        awaitHit(first, key);
        awaitHit(second, key);
    }

    @Test
    void zombie_isRefusedWithTheTail() throws MalformedException {
        EncodedRecord record = heartbeat(lsn + 1, tail.position(), 1, xid);
        assertThat(LogCodec.decodeOutcome(body(append(record))))
                .isEqualTo(new AppendOutcome.Refused(term, Optional.of(tail)));
        assertThat(metric(one, "tidemark_log_refusals_total")).isPositive();
    }

    @Test
    void instanceThatStarts_knowsWhatTheOthersKnowAndEndsItsFeeds() throws InterruptedException {
        Tag film = Tag.row("public.film", "8");
        change(film);
        // By whichever of the two comes first, each time.
        await().until(() -> snapshotsKept(one) + snapshotsKept(two) > 0);
        FollowingGateway gateway = new FollowingGateway();
        RunningService third = startService();
        Thread follower;
        try (CacheClient client = new CacheClient(third.port())) {
            follower = gateway.follow(client.feed(""));
            awaitAt(gateway, tail.position());
            long stopped = System.nanoTime();
            third.close();
            assertThat(follower.join(Duration.ofSeconds(5))).isTrue();
            assertThat(Duration.ofNanos(System.nanoTime() - stopped))
                    .as("it waits for no feed")
                    .isLessThan(Duration.ofSeconds(5));
        }
        assertThat(gateway.follower.isValid(answer(xid, film))).isFalse();
        assertThat(gateway.follower.isValid(answer(xid + 1, film))).isTrue();
    }

    @Test
    void metrics_tellHowFarTheLogIs() {
        await().until(() -> metric(one, "tidemark_log_records_total") > 0);
        assertThat(metric(one, "tidemark_log_position")).isPositive();
        assertThat(metric(one, "tidemark_follower_open")).isEqualTo(1);
        assertThat(one.management("/actuator/prometheus").body())
                .contains("tidemark_log_lag_bytes")
                .contains("tidemark_feed_clients")
                .contains("tidemark_feed_snapshots_total")
                .contains("tidemark_log_unreplicated 0.0")
                .contains("tidemark_log_snapshots_total");
    }

    private static void follow(CacheClient client, String query, FollowingGateway gateway) {
        var _ = gateway.follow(client.feed(query));
    }

    private static void awaitAt(FollowingGateway gateway, LogPosition position) {
        await().until(() -> gateway.follower.position().equals(position));
    }

    private static void awaitHit(CacheClient client, CacheKey key) {
        await().until(() -> client.find(lookup(key)) instanceof Hit);
    }

    private static void fill(CacheKey key, long version, Tag tag) {
        // Whose lease it is decides nothing.
        Fill fill = new Fill(new Lease(key, "", 1), answer(version, tag), Duration.ZERO);
        assertThat(first.fill(fill)).isEqualTo(204);
    }

    private static void change(Tag tag) {
        xid++;
        assertAppended(changed(++lsn, tail, xid, tag));
    }

    private static void beat() {
        xid++;
        assertAppended(heartbeat(++lsn, tail, xid));
    }

    private static void assertAppended(EncodedRecord record) {
        HttpResponse<byte[]> response = append(record);
        assertThat(response.statusCode()).isEqualTo(200);
        try {
            assertThat(LogCodec.decodeOutcome(body(response)))
                    .isInstanceOf(AppendOutcome.Appended.class);
        } catch (MalformedException e) {
            throw new AssertionError(e);
        }
        tail = record.record();
    }

    private static HttpResponse<byte[]> append(EncodedRecord record) {
        return post("/internal/v1/log/records", LogCodec.encodeBatch(List.of(record.record())));
    }

    private static HttpResponse<byte[]> post(String path, byte[] body) {
        return first.post(path, BodyPublishers.ofByteArray(body));
    }

    private static ByteBuffer body(HttpResponse<byte[]> response) {
        assertThat(response.statusCode()).isEqualTo(200);
        return ByteBuffer.wrap(response.body());
    }

    private static double snapshotsKept(RunningService service) {
        return metric(service, "tidemark_log_snapshots_total{outcome=\"kept\"}");
    }

    private static double metric(RunningService service, String name) {
        return service.management("/actuator/prometheus")
                .body()
                .lines()
                .filter(line -> line.startsWith(name))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .findFirst()
                .orElse(0);
    }
}

package dev.tidemark.cache;

import static dev.tidemark.cache.entry.Entries.answer;
import static dev.tidemark.cache.entry.Entries.lookup;
import static dev.tidemark.cache.entry.Entries.randomKey;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidemark.common.wire.CacheKey;
import dev.tidemark.common.wire.Fill;
import dev.tidemark.common.wire.Lease;
import dev.tidemark.common.wire.Lookup;
import dev.tidemark.common.wire.LookupCodec.Frame;
import dev.tidemark.common.wire.LookupOutcome;
import dev.tidemark.common.wire.LookupOutcome.Hit;
import dev.tidemark.common.wire.LookupOutcome.Leased;
import dev.tidemark.common.wire.LookupOutcome.Unavailable;
import dev.tidemark.quickstart.redis.RedisCluster;
import dev.tidemark.quickstart.redis.RedisNode;
import dev.tidemark.quickstart.redis.RedisOptions;
import io.lettuce.core.RedisURI;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.SlotHash;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/**
 * What the service says while parts of its Redis Cluster are away. The tests share a cluster, with
 * a password; each leaves it whole.
 */
@ExtendWith(OutputCaptureExtension.class)
class ClusterFailureIT {

    private static final String PASSWORD = "a,:@#%?_secret";

    @TempDir private static Path folder;

    private static RedisCluster redis;
    private static RedisClusterClient topology;
    private static RunningService service;
    private static CacheClient cache;

    @BeforeAll
    static void start() throws IOException {
        redis = RedisCluster.start(RedisOptions.defaults().withPassword(PASSWORD));
        RedisNode node = redis.nodes().getFirst();
        topology =
                RedisClusterClient.create(
                        RedisURI.builder()
                                .withHost(node.host())
                                .withPort(node.port())
                                .withPassword(PASSWORD.toCharArray())
                                .build());
        Files.writeString(folder.resolve("password"), PASSWORD + "\n");
        service = startService();
        cache = new CacheClient(service.port());
        service.awaitReady();
    }

    private static RunningService startService() {
        return RunningService.start(
                String.join(",", redis.addresses()),
                // Well below a failover's time, and no hiccup of a busy machine's.
                "--tidemark.redis.command-timeout=600ms",
                // Never: what goes wrong says so.
                "--tidemark.redis.topology-refresh-period=1h",
                "--tidemark.redis.password-file=" + folder.resolve("password"));
    }

    @AfterAll
    static void stop() {
        cache.close();
        service.close();
        topology.close();
        redis.close();
    }

    @Test
    void masterThatHangs_delaysOnlyItsOwnKeys_untilItsReplicaIsFollowed()
            throws IOException, InterruptedException {
        List<CacheKey> keys = keysOfEachMaster();
        fillAll(keys);
        List<Lookup> batch = keys.stream().map(key -> lookup(key)).toList();
        RedisNode master = masterOf(keys.getFirst());
        int others = (int) keys.stream().filter(key -> masterOf(key) != master).count();

        signal(master, "STOP");
        try (DataInputStream in = new DataInputStream(cache.stream(batch))) {
            List<Frame> frames = new ArrayList<>();
            for (int i = 0; i < keys.size(); i++) {
                frames.add(CacheClient.frame(in));
            }
            // The others first, though the hanging master's were asked among them.
            assertThat(frames.subList(0, others))
                    .allSatisfy(frame -> {
                        assertThat(masterOf(keys.get(frame.index()))).isNotEqualTo(master);
                        assertThat(frame.outcome()).isInstanceOf(Hit.class);
                    });
            assertThat(frames.subList(others, frames.size()))
                    .allSatisfy(
                            frame -> assertThat(frame.outcome()).isInstanceOf(Unavailable.class));
            assertThat(in.read()).as("end").isEqualTo(-1);
            assertThat(service.readiness()).as("the other masters answer").isEqualTo(200);
            // A connection that hangs would be given up some time later.
            awaitNoneUnavailable(batch, Duration.ofSeconds(10));
        } finally {
            signal(master, "CONT");
        }
        redis.awaitSettled();
        assertThat(cache.find(batch)).hasOnlyElementsOfType(Hit.class);
    }

    @Test
    void masterThatIsKilled_isFollowedByItsReplica() {
        List<CacheKey> keys = keysOfEachMaster();
        fillAll(keys);
        List<Lookup> batch = keys.stream().map(key -> lookup(key)).toList();
        RedisNode master = masterOf(keys.getFirst());
        List<RedisNode> masters = keys.stream().map(ClusterFailureIT::masterOf).toList();

        try (Traffic traffic = Traffic.start(() -> cache.find(batch))) {
            redis.kill(master);
            List<LookupOutcome> outcomes = cache.find(batch);
            for (int i = 0; i < keys.size(); i++) {
                assertThat(outcomes.get(i))
                        .isInstanceOf(masters.get(i) == master ? Unavailable.class : Hit.class);
            }
            assertThat(service.readiness()).isEqualTo(200);

            awaitNoneUnavailable(batch, Duration.ofSeconds(20));
            assertThat(traffic.slowest()).isLessThan(Duration.ofSeconds(2));
        }
        fillAll(keysOfEachMaster());
        redis.restart(master);
        redis.awaitSettled();
    }

    @Test
    void clusterThatIsAwayAtTheStart_isFoundWhenItComes(CapturedOutput log) {
        redis.nodes().forEach(redis::kill);
        try (RunningService early = startService();
                CacheClient gateway = new CacheClient(early.port())) {
            assertThat(early.readiness()).isEqualTo(503);
            assertThat(early.liveness()).isEqualTo(200);
            assertThat(service.readiness()).as("of one that knew it").isEqualTo(503);
            assertThat(service.liveness()).isEqualTo(200);
            for (CacheClient client : List.of(gateway, cache)) {
                assertThat(client.find(lookup(randomKey()))).isInstanceOf(Unavailable.class);
                Fill fill = new Fill(new Lease(randomKey(), "", 1), answer(1), Duration.ZERO);
                assertThat(client.fill(fill)).isEqualTo(503);
            }

            redis.nodes().forEach(redis::restart);
            early.awaitReady();
            service.awaitReady();
            redis.awaitSettled();
            for (CacheClient client : List.of(gateway, cache)) {
                await().atMost(Duration.ofSeconds(10))
                        .until(() -> client.find(lookup(randomKey())) instanceof Leased);
            }
        }
        assertThat(log).contains("cannot be reached").doesNotContain(PASSWORD);
    }

    private static void awaitNoneUnavailable(List<Lookup> batch, Duration patience) {
        await().atMost(patience)
                .until(() -> cache.find(batch).stream().noneMatch(Unavailable.class::isInstance));
    }

    private static void fillAll(List<CacheKey> keys) {
        for (CacheKey key : keys) {
            Lease lease = ((Leased) cache.find(lookup(key))).lease();
            assertThat(cache.fill(new Fill(lease, answer(1), Duration.ZERO))).isEqualTo(204);
        }
    }

    /** So many that none is left out, in random order. */
    private static List<CacheKey> keysOfEachMaster() {
        topology.refreshPartitions();
        List<CacheKey> keys = IntStream.range(0, 60).mapToObj(_ -> randomKey()).toList();
        assertThat(keys.stream().map(ClusterFailureIT::masterOf).distinct()).hasSize(3);
        return keys;
    }

    private static RedisNode masterOf(CacheKey key) {
        int slot = SlotHash.getSlot("tm:{" + key + "}:entry");
        int port = topology.getPartitions().getMasterBySlot(slot).getUri().getPort();
        return redis.nodes().stream().filter(node -> node.port() == port).findFirst().orElseThrow();
    }

    private static void signal(RedisNode node, String signal)
            throws IOException, InterruptedException {
        Process kill =
                new ProcessBuilder("kill", "-" + signal, Long.toString(node.process().pid()))
                        .inheritIO()
                        .start();
        assertThat(kill.waitFor()).isZero();
    }

    /** A request again and again, until closed. */
    private record Traffic(
            Thread thread, AtomicBoolean running, AtomicReference<Duration> slowestOne)
            implements AutoCloseable {

        static Traffic start(Runnable request) {
            AtomicBoolean running = new AtomicBoolean(true);
            AtomicReference<Duration> slowest = new AtomicReference<>(Duration.ZERO);
            Runnable loop =
                    () -> {
                        while (running.get()) {
                            long start = System.nanoTime();
                            request.run();
                            Duration took = Duration.ofNanos(System.nanoTime() - start);
                            slowest.accumulateAndGet(took, (a, b) -> a.compareTo(b) < 0 ? b : a);
                        }
                    };
            return new Traffic(Thread.ofVirtual().start(loop), running, slowest);
        }

        Duration slowest() {
            assertThat(thread.isAlive()).as("no request failed").isTrue();
            return slowestOne.get();
        }

        @Override
        public void close() {
            running.set(false);
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}

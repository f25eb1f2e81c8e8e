package dev.tidemark.cache;

import static dev.tidemark.cache.ProxiedCluster.LOG_SLOT;
import static dev.tidemark.cache.entry.Entries.answer;
import static dev.tidemark.cache.entry.Entries.lookup;
import static dev.tidemark.cache.entry.Entries.randomKey;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidemark.cache.entry.Entries;
import dev.tidemark.cache.feed.FollowingGateway;
import dev.tidemark.common.tag.Tag;
import dev.tidemark.common.tag.Version;
import dev.tidemark.common.wire.Answer;
import dev.tidemark.common.wire.CacheKey;
import dev.tidemark.common.wire.Fill;
import dev.tidemark.common.wire.Lease;
import dev.tidemark.common.wire.Lookup;
import dev.tidemark.common.wire.LookupCodec.Frame;
import dev.tidemark.common.wire.LookupOutcome;
import dev.tidemark.common.wire.LookupOutcome.Hit;
import dev.tidemark.common.wire.LookupOutcome.Leased;
import dev.tidemark.common.wire.LookupOutcome.Unavailable;
import dev.tidemark.common.wire.MalformedException;
import dev.tidemark.quickstart.redis.RedisNode;
import dev.tidemark.testing.FaultProxy.Fault;
import io.lettuce.core.cluster.SlotHash;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/**
 * What the service says, and what becomes of the log, while a shard of Redis is slow, split off,
 * full, lost, or on its way to another master. The tests share a cluster; each leaves it whole, and
 * none lets the log lose a record or begin anew.
 */
@ExtendWith(OutputCaptureExtension.class)
class ShardFaultsIT {

    /** Above a hiccup of a busy machine, below the latency of the slow shard. */
    private static final Duration COMMAND_TIMEOUT = Duration.ofMillis(400);

    private static final Duration LATENCY = Duration.ofMillis(500);

    /** The command timeout, or the log's of 2 s, and what a busy machine adds. */
    private static final Duration LOOKUP_BOUND = Duration.ofMillis(1_500);

    private static final Duration APPEND_BOUND = Duration.ofSeconds(4);
    private static final Duration RECOVERY = Duration.ofSeconds(10);

    private static ProxiedCluster redis;
    private static RunningService service;
    private static CacheClient cache;
    private static SimulatedReader reader;
    private static final FollowingGateway gateway = new FollowingGateway();
    private static int snapshots;

    private List<CacheKey> keys = List.of();

    @BeforeAll
    static void start() throws MalformedException {
        redis = new ProxiedCluster();
        service =
                RunningService.start(
                        redis.nodeList(),
                        "--tidemark.redis.command-timeout=" + COMMAND_TIMEOUT.toMillis() + "ms",
                        "--tidemark.clock.slots=8192",
                        "--tidemark.log.snapshot-period=1s",
                        "--tidemark.origin.addresses=");
        cache = new CacheClient(service.port());
        service.awaitReady();
        reader = new SimulatedReader(cache);
        var _ = gateway.follow(cache.feed(""));
        reader.step(tag(0));
        awaitFollowed();
        snapshots = gateway.snapshots.get();
    }

    @AfterAll
    static void stop() {
        cache.close();
        service.close();
        redis.close();
    }

    @BeforeEach
    void fillAll() throws MalformedException {
        keys = IntStream.range(0, 60).mapToObj(_ -> randomKey()).toList();
        assertThat(keys.stream().map(ShardFaultsIT::masterOf).distinct()).hasSize(3);
        for (CacheKey key : keys) {
            assertThat(fill(key, 1)).isEqualTo(204);
        }
        reader.step(tag(1));
        awaitFollowed();
    }

    @AfterEach
    void everythingIsAsBefore() throws MalformedException {
        await().atMost(RECOVERY)
                .until(() -> find(keys).stream().noneMatch(Unavailable.class::isInstance));
        reader.step(tag(2));
        awaitFollowed();
        assertThat(reader.generations()).isEqualTo(1);
        assertThat(gateway.snapshots).as("the feed went on").hasValue(snapshots);
        assertThat(service.readiness()).isEqualTo(200);
    }

    @Test
    void masterThatIsSlow_delaysOnlyItsOwnKeys_andTheLogGoesOn() throws MalformedException {
        redis.proxy().delay(LATENCY);
        try {
            for (int round = 0; round < 2; round++) {
                assertOthersComeFirst(redis.proxied());
                reader.step(tag(round));
            }
            await().atMost(RECOVERY).until(reader::send);
            assertThat(service.readiness()).as("the other masters answer").isEqualTo(200);
        } finally {
            redis.proxy().delay(Duration.ZERO);
        }
        await().atMost(RECOVERY).until(() -> allHit(keys));
    }

    @Test
    void masterThatIsSplitOff_costsABoundedTime_andIsFoundAgain() throws MalformedException {
        for (Fault fault : List.of(Fault.PARTITIONED, Fault.HALF_OPEN, Fault.RESET)) {
            redis.proxy().set(fault);
            try {
                if (fault == Fault.RESET) {
                    assertOnlyItsOwnAreUnavailable(redis.proxied());
                } else {
                    assertOthersComeFirst(redis.proxied());
                }
                long begun = System.nanoTime();
                // After HALF_OPEN the log has what its reader takes for lost, and sends again.
                reader.step(tag(3));
                assertThat(elapsed(begun)).as("append during %s", fault).isLessThan(APPEND_BOUND);
                assertThat(service.readiness()).isEqualTo(200);
                assertThat(service.liveness()).isEqualTo(200);
            } finally {
                redis.proxy().set(Fault.NONE);
            }
            await().atMost(RECOVERY).until(() -> allHit(keys));
            await().atMost(RECOVERY).until(reader::send);
            awaitFollowed();
        }
    }

    @Test
    void slotsThatMove_areFollowed_logIncluded(CapturedOutput output) throws MalformedException {
        RedisNode from = redis.masterOf(LOG_SLOT);
        RedisNode to = redis.nodes().stream().filter(n -> isOtherMaster(n, from)).findFirst().get();
        List<CacheKey> moving = keys.stream().filter(key -> masterOf(key) == from).toList();
        List<CacheKey> resting = keys.stream().filter(key -> masterOf(key) != from).toList();
        Set<Integer> slots = slots(moving);
        Map<CacheKey, Long> acknowledged = new HashMap<>();

        for (int slot : slots) {
            redis.beginMove(slot, from, to);
        }
        assertGoesOn(resting, moving, acknowledged, 2);
        for (int slot : slots) {
            // An entry goes; a lease, or the log's other keys, may stay.
            redis.moveKeys(slot, from, to, 1);
        }
        assertGoesOn(resting, moving, acknowledged, 3);
        for (int slot : slots) {
            redis.moveKeys(slot, from, to, 100);
        }
        assertGoesOn(resting, moving, acknowledged, 4);
        assertThat(reader.send()).as("the log, with ASK").isTrue();
        for (int slot : slots) {
            redis.endMove(slot, to);
        }
        assertThat(reader.send()).as("the log, with MOVED").isTrue();
        assertThat(find(resting)).hasOnlyElementsOfType(Hit.class);
        await().atMost(RECOVERY).until(() -> allHit(moving));
        acknowledged.forEach((key, version) ->
                assertThat(((Hit) cache.find(lookup(key))).stored().answer().version())
                        .isGreaterThanOrEqualTo(new Version(version)));
        awaitFollowed();

        for (int slot : slots) {
            redis.beginMove(slot, to, from);
            redis.moveKeys(slot, to, from, 100);
            redis.endMove(slot, from);
        }
        assertThat(output).doesNotContain("A command failed").doesNotContain("ERROR");
    }

    @Test
    void shardThatIsLost_leavesTheOthers_andWithFullCoverageAllAnswerAtOnce() {
        RedisNode lost =
                redis.nodes().stream()
                        .filter(node -> isOtherMaster(node, redis.proxied()))
                        .findFirst()
                        .orElseThrow();
        RedisNode replica = redis.replicaOf(lost);
        List<RedisNode> left =
                redis.nodes().stream().filter(node -> node != lost && node != replica).toList();
        List<CacheKey> resting = keys.stream().filter(key -> masterOf(key) != lost).toList();
        List<CacheKey> gone = keys.stream().filter(key -> masterOf(key) == lost).toList();
        redis.kill(replica);
        redis.kill(lost);
        await().atMost(RECOVERY)
                .untilAsserted(() -> {
                    long begun = System.nanoTime();
                    assertThat(find(gone)).hasOnlyElementsOfType(Unavailable.class);
                    assertThat(elapsed(begun)).isLessThan(LOOKUP_BOUND);
                    assertThat(find(resting)).hasOnlyElementsOfType(Hit.class);
                });
        assertThat(service.readiness()).isEqualTo(200);

        redis.configure(left, "cluster-require-full-coverage", "yes");
        await().atMost(RECOVERY).until(() -> service.readiness() == 503);
        long begun = System.nanoTime();
        assertThat(find(keys)).hasOnlyElementsOfType(Unavailable.class);
        assertThat(fillWithoutLease(resting.getFirst())).isEqualTo(503);
        assertThat(elapsed(begun)).isLessThan(LOOKUP_BOUND);
        assertThat(service.liveness()).isEqualTo(200);

        redis.restart(lost);
        redis.restart(replica);
        await().atMost(RECOVERY).until(() -> service.readiness() == 200);
        redis.configure(left, "cluster-require-full-coverage", "no");
        redis.awaitSettled();
        await().atMost(RECOVERY).until(() -> allHit(resting));
    }

    @Test
    void nodeThatIsFull_servesWhatItHas_andItIsSaid(CapturedOutput output)
            throws MalformedException {
        RedisNode full = redis.masterOf(LOG_SLOT);
        List<CacheKey> own = keys.stream().filter(key -> masterOf(key) == full).toList();
        List<CacheKey> others = keys.stream().filter(key -> masterOf(key) != full).toList();
        CacheKey missing = keyAt(full);
        redis.configure(List.of(full), "maxmemory-policy", "noeviction");
        redis.configure(List.of(full), "maxmemory", "1mb");
        try {
            assertThat(find(keys)).hasOnlyElementsOfType(Hit.class);
            assertThat(cache.find(lookup(missing))).isInstanceOf(Unavailable.class);
            assertThat(fillWithoutLease(own.getFirst())).isEqualTo(503);
            assertThat(fill(others.getFirst(), 2)).isEqualTo(204);
            reader.step(tag(4));
            assertThat(reader.send()).as("a record that the log has no room for").isFalse();
            assertThat(output).containsOnlyOnce("has no memory left");
            assertThat(service.management("/actuator/prometheus").body())
                    .containsPattern("tidemark_redis_full_total(\\{[^}]*})? [1-9]");
        } finally {
            redis.configure(List.of(full), "maxmemory", Integer.toString(256 << 20));
            redis.configure(List.of(full), "maxmemory-policy", "volatile-lfu");
        }
        assertThat(reader.send()).isTrue();
        assertThat(fill(missing, 1)).isEqualTo(204);
    }

    @Test
    void nodeThatIsFullOfEntries_forgetsSome_andNothingOfTheLog() throws MalformedException {
        RedisNode full = redis.masterOf(LOG_SLOT);
        for (int i = 0; i < 200; i++) {
            assertThat(fill(keyAt(full), large())).isEqualTo(204);
        }
        String used = redis.at(full).info("memory");
        long bytes = Long.parseLong(used.split("used_memory:", 2)[1].split("\r", 2)[0]);
        redis.configure(List.of(full), "maxmemory", Long.toString(bytes));
        try {
            for (int i = 0; i < 200; i++) {
                assertThat(fill(keyAt(full), large())).isEqualTo(204);
            }
            reader.step(tag(5));
            assertThat(reader.send()).isTrue();
            assertThat(redis.at(full).info("stats")).doesNotContain("evicted_keys:0\r");
        } finally {
            redis.configure(List.of(full), "maxmemory", Integer.toString(256 << 20));
        }
    }

    private void assertOnlyItsOwnAreUnavailable(RedisNode master) {
        long begun = System.nanoTime();
        List<LookupOutcome> outcomes = find(keys);
        assertThat(elapsed(begun)).isLessThan(LOOKUP_BOUND);
        for (int i = 0; i < keys.size(); i++) {
            assertThat(outcomes.get(i))
                    .isInstanceOf(masterOf(keys.get(i)) == master ? Unavailable.class : Hit.class);
        }
    }

    /** Of one batch: the others' hits, and after them that the master's cannot be had. */
    private void assertOthersComeFirst(RedisNode master) {
        List<Lookup> batch = keys.stream().map(key -> lookup(key)).toList();
        int others = (int) keys.stream().filter(key -> masterOf(key) != master).count();
        long begun = System.nanoTime();
        List<Frame> frames = cache.frames(batch);
        assertThat(elapsed(begun)).isLessThan(LOOKUP_BOUND);
        assertThat(frames.subList(0, others))
                .allSatisfy(frame -> {
                    assertThat(masterOf(keys.get(frame.index()))).isNotEqualTo(master);
                    assertThat(frame.outcome()).isInstanceOf(Hit.class);
                });
        assertThat(frames.subList(others, frames.size()))
                .allSatisfy(frame -> assertThat(frame.outcome()).isInstanceOf(Unavailable.class));
    }

    /**
     * Look-ups, fills and appends: of slots that rest as ever; of those between two masters perhaps
     * not, but at once and nothing wrong.
     */
    private void assertGoesOn(
            List<CacheKey> resting, List<CacheKey> moving, Map<CacheKey, Long> acknowledged, long v)
            throws MalformedException {
        assertThat(find(resting)).hasOnlyElementsOfType(Hit.class);
        long begun = System.nanoTime();
        for (CacheKey key : moving) {
            if (fill(key, v) == 204) {
                acknowledged.put(key, v);
            }
        }
        List<LookupOutcome> outcomes = find(moving);
        assertThat(elapsed(begun)).isLessThan(LOOKUP_BOUND);
        for (int i = 0; i < moving.size(); i++) {
            long least = acknowledged.getOrDefault(moving.get(i), 1L);
            assertThat(outcomes.get(i))
                    .satisfiesAnyOf(
                            outcome -> assertThat(outcome).isInstanceOf(Unavailable.class),
                            outcome ->
                                    assertThat(((Hit) outcome).stored().answer().version().xmin())
                                            .isGreaterThanOrEqualTo(least));
        }
        for (CacheKey key : resting) {
            assertThat(fill(key, v)).isEqualTo(204);
        }
        reader.step(tag(6));
    }

    private static Set<Integer> slots(List<CacheKey> moving) {
        Set<Integer> slots = new HashSet<>(Set.of(LOG_SLOT));
        moving.forEach(key -> slots.add(slot(key)));
        return slots;
    }

    private static boolean isOtherMaster(RedisNode node, RedisNode than) {
        return node != than && node.isMaster();
    }

    private static List<LookupOutcome> find(List<CacheKey> keys) {
        return cache.find(keys.stream().map(key -> lookup(key)).toList());
    }

    private static boolean allHit(List<CacheKey> keys) {
        return find(keys).stream().allMatch(Hit.class::isInstance);
    }

    private static int fill(CacheKey key, long version) {
        return fill(key, answer(version));
    }

    /** Under its lease, as whoever refuses what is stored gets it. */
    private static int fill(CacheKey key, Answer answer) {
        if (cache.find(lookup(key, new Version(Long.MAX_VALUE)))
                instanceof Leased(Lease lease, _)) {
            return cache.fill(new Fill(lease, answer, Duration.ZERO));
        }
        // To be refused, or to come to nothing; but at once.
        cache.fill(new Fill(new Lease(key, "", 1), answer, Duration.ZERO));
        return 503;
    }

    private static int fillWithoutLease(CacheKey key) {
        return cache.fill(
                new Fill(new Lease(key, "", 1), Entries.followed(answer(2)), Duration.ZERO));
    }

    /** In Redis too: of what does not get smaller. */
    private static Answer large() {
        Answer small = answer(1);
        byte[] noise = new byte[16 * 1024];
        ThreadLocalRandom.current().nextBytes(noise);
        return new Answer(
                small.status(),
                small.head(),
                noise,
                small.version(),
                small.seenLsn(),
                small.tags(),
                small.policy(),
                small.identity(),
                small.followed());
    }

    private static void awaitFollowed() {
        await().atMost(RECOVERY).until(reader::send);
        await().atMost(RECOVERY)
                .untilAsserted(
                        () -> assertThat(gateway.follower.position()).isEqualTo(reader.tail()));
    }

    private static Tag tag(int number) {
        return Tag.row("public.film", Integer.toString(number));
    }

    private static CacheKey keyAt(RedisNode master) {
        List<CacheKey> found = new ArrayList<>();
        while (found.isEmpty()) {
            CacheKey key = randomKey();
            if (masterOf(key) == master) {
                found.add(key);
            }
        }
        return found.getFirst();
    }

    private static int slot(CacheKey key) {
        return SlotHash.getSlot("tm:{" + key + "}:entry");
    }

    private static RedisNode masterOf(CacheKey key) {
        return redis.masterOf(slot(key));
    }

    private static Duration elapsed(long begunNanos) {
        return Duration.ofNanos(System.nanoTime() - begunNanos);
    }
}

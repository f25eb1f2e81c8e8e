package dev.tidemark.cache.redis;

import static dev.tidemark.cache.invalidation.Records.changed;
import static dev.tidemark.cache.invalidation.Records.generation;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.cache.invalidation.EncodedRecord;
import dev.tidemark.cache.invalidation.InvalidationLog;
import dev.tidemark.cache.invalidation.InvalidationLogContract;
import dev.tidemark.cache.invalidation.LogRead;
import dev.tidemark.cache.invalidation.SnapshotStore;
import dev.tidemark.common.log.AppendOutcome;
import dev.tidemark.common.log.LogPosition;
import dev.tidemark.common.tag.Tag;
import dev.tidemark.testing.Backends;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.cluster.api.sync.RedisAdvancedClusterCommands;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The rules of a log, kept by scripts in a real cluster; and what only Redis can hold. */
class RedisInvalidationLogIT extends InvalidationLogContract {

    private static TestConnection connection;
    private static TestConnection blocking;

    private final LogKeys keys =
            new LogKeys("test-" + Long.toHexString(ThreadLocalRandom.current().nextLong()));
    private final ReplicaAcks acks = new ReplicaAcks(Duration.ofSeconds(1), System::nanoTime);
    private InvalidationLog log;
    private SnapshotStore snapshots;

    @BeforeAll
    static void connect() {
        connection = TestConnection.open(Backends.redisCluster().nodes());
        blocking = TestConnection.open(Backends.redisCluster().nodes());
    }

    @AfterAll
    static void disconnect() {
        blocking.close();
        connection.close();
    }

    @BeforeEach
    void create() {
        log =
                new RedisInvalidationLog(
                        connection.cluster(),
                        blocking.cluster(),
                        keys,
                        acks,
                        TestConnection.fullNodes());
        snapshots =
                new RedisSnapshotStore(
                        connection.cluster(), keys, () -> ThreadLocalRandom.current().nextLong());
    }

    @AfterEach
    void forget() {
        empty();
    }

    @Override
    protected InvalidationLog log() {
        return log;
    }

    @Override
    protected SnapshotStore snapshots() {
        return snapshots;
    }

    /** As it is on a replica that they had not reached. */
    @Override
    protected void loseTail(List<EncodedRecord> records) {
        for (EncodedRecord record : records) {
            redis().xdel(keys.records(), LogKeys.id(position(record)));
        }
        redis().eval(
                        "return redis.call('XSETID', KEYS[1], ARGV[1])",
                        ScriptOutputType.STATUS,
                        new byte[][] {keys.records()},
                        LogKeys.id(records.getFirst().record().predecessor())
                                .getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    protected void empty() {
        redis().keys(keys.prefix() + "*").forEach(key -> redis().del(key));
    }

    @Test
    void nothing_hasATtlOnceASnapshotIsKept() {
        List<EncodedRecord> all = chain(3, 4);
        append(all.toArray(EncodedRecord[]::new));
        for (EncodedRecord record : all.subList(1, 4)) {
            assertThat(snapshots.keep(snapshot(position(record)), 1).join())
                    .isEqualTo(SnapshotStore.Kept.KEPT);
        }
        List<byte[]> left = redis().keys(keys.prefix() + "*");
        int chunks = snapshot(position(all.getLast())).chunks().size();
        assertThat(chunks).isGreaterThan(1);
        assertThat(left).as("records, term, pointer, chunks").hasSize(3 + chunks);
        assertThat(left).allSatisfy(key -> assertThat(redis().pttl(key)).isEqualTo(-1));
    }

    @Test
    void snapshot_isLeftToWhoHasTheLock() {
        List<EncodedRecord> all = chain(3, 2);
        append(all.toArray(EncodedRecord[]::new));
        redis().set(keys.snapshotLock(), new byte[8]);
        assertThat(snapshots.keep(snapshot(position(all.getLast())), 1).join())
                .isEqualTo(SnapshotStore.Kept.LEFT_TO_ANOTHER);
        assertThat(log.first().join()).contains(all.getFirst());
    }

    @Test
    void damagedSnapshot_isNone() {
        List<EncodedRecord> all = chain(3, 2);
        append(all.toArray(EncodedRecord[]::new));
        snapshots.keep(snapshot(position(all.getLast())), 1).join();
        byte[] chunk =
                redis().keys(keys.prefix() + "snapshot:*").stream().findFirst().orElseThrow();
        redis().setrange(chunk, 100, new byte[] {1, 2, 3});
        assertThat(snapshots.load().join()).isEmpty();
        redis().del(chunk);
        assertThat(snapshots.load().join()).isEmpty();
        redis().set(keys.snapshot(), "2 what is this".getBytes(StandardCharsets.US_ASCII));
        assertThat(snapshots.load().join()).isEmpty();
    }

    @Test
    void garbageInTheStream_isABreakAndNothingBeforeIsLost() {
        EncodedRecord first = generation(1, 3);
        append(first);
        redis().xadd(keys.records(), Map.of(new byte[] {'r'}, new byte[] {9, 9}));
        assertThat(read(LogPosition.NONE, 10)).containsExactly(first);
        assertThat(log.read(position(first), 10, Duration.ofMillis(20)).join())
                .isInstanceOf(LogRead.Broken.class);
    }

    @Test
    void largestRecord_andManyAtOnce() {
        Tag[] tags =
                IntStream.range(0, 200_000)
                        .mapToObj(i -> Tag.row("public.film", Integer.toString(i)))
                        .toArray(Tag[]::new);
        EncodedRecord first = generation(1, 3);
        EncodedRecord large = changed(2, first.record(), 1_001, tags);
        append(first, large);
        assertThat(read(position(first), 10)).containsExactly(large);

        List<EncodedRecord> all = new ArrayList<>(List.of(large));
        for (int i = 0; i < 1024; i++) {
            all.add(changed(i + 3, all.getLast().record(), 1_002, Tag.anyRow("public.film")));
        }
        append(all.subList(1, 1025).toArray(EncodedRecord[]::new));
        assertThat(read(position(large), 2000)).hasSize(1024);
    }

    @Test
    void scripts_areSentAgainToNodesThatForgotThem() {
        redis().scriptFlush();
        append(generation(1, 3));
        assertThat(log.open().join().tail()).isPresent();
    }

    @Test
    void cluster_hasReplicas() {
        assertThat(log.append(List.of(generation(1, 3))).join())
                .isInstanceOf(AppendOutcome.Appended.class);
        assertThat(acks.isUnreplicated()).isFalse();
    }

    private static RedisAdvancedClusterCommands<byte[], byte[]> redis() {
        return connection.cluster().get().orElseThrow().sync();
    }
}

package dev.tidemark.cache;

import static dev.tidemark.cache.invalidation.Records.answer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidemark.cache.feed.FollowingGateway;
import dev.tidemark.common.log.LogPosition;
import dev.tidemark.common.tag.Tag;
import dev.tidemark.common.wire.MalformedException;
import dev.tidemark.quickstart.redis.RedisCluster;
import dev.tidemark.quickstart.redis.RedisNode;
import dev.tidemark.quickstart.redis.RedisOptions;
import io.lettuce.core.RedisURI;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.SlotHash;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The log and those who follow it while its shard of Redis dies, and when Redis forgets it all. */
class LogFailureIT {

    private static final Duration PATIENCE = Duration.ofSeconds(25);

    private static RedisCluster redis;
    private static RunningService one;
    private static RunningService two;
    private static CacheClient first;
    private static CacheClient second;

    @BeforeAll
    static void start() {
        redis = RedisCluster.start(RedisOptions.defaults());
        one = startService();
        two = startService();
        first = new CacheClient(one.port());
        second = new CacheClient(two.port());
        one.awaitReady();
        two.awaitReady();
    }

    private static RunningService startService() {
        return RunningService.start(
                String.join(",", redis.addresses()),
                "--tidemark.clock.slots=8192",
                "--tidemark.log.snapshot-period=300ms",
                "--tidemark.log.records-min=20",
                "--tidemark.origin.addresses=");
    }

    @AfterAll
    static void stop() {
        first.close();
        second.close();
        one.close();
        two.close();
        redis.close();
    }

    @Test
    void master_thatDiesUnderLoad_losesNoChange_andAnEmptiedRedisIsBegunAnew()
            throws MalformedException {
        SimulatedReader reader = new SimulatedReader(first);
        List<FollowingGateway> gateways = new ArrayList<>();
        for (CacheClient client : List.of(first, second)) {
            FollowingGateway gateway = new FollowingGateway();
            var _ = gateway.follow(client.feed(""));
            gateways.add(gateway);
        }
        int step = 0;
        for (; step < 200; step++) {
            reader.step(tag(step));
        }
        awaitAll(gateways, reader);
        // What is known of an append is said with the next one.
        await().until(() -> {
            LogPosition last = reader.tail();
            reader.step(tag(0));
            return reader.durable().equals(last);
        });

        RedisNode master = master();
        redis.kill(master);
        long before = System.nanoTime();
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(20)).until(reader::send);
        reader.step(tag(step++));
        // While the log's shard was away, and at its new master.
        for (; step < 400; step++) {
            reader.step(tag(step));
        }
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(20)).until(reader::send);
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(PATIENCE);
        awaitAll(gateways, reader);
        assertThat(reader.generations()).isEqualTo(1);
        long last = reader.xid();
        for (FollowingGateway gateway : gateways) {
            for (int i = 0; i < step; i++) {
                assertThat(gateway.follower.isValid(answer(1_001, tag(i)))).isFalse();
                assertThat(gateway.follower.isValid(answer(last, tag(i)))).isTrue();
            }
        }
        await().atMost(PATIENCE)
                .until(() -> {
                    reader.step(tag(0));
                    return one.management("/actuator/prometheus")
                            .body()
                            .contains("tidemark_log_unreplicated 1.0");
                });
        reader.step(tag(0));
        assertThat(reader.durable()).as("nobody is waited for").isEqualTo(reader.tail());

        redis.restart(master);
        redis.awaitSettled();
        await().atMost(PATIENCE).until(reader::send);
        awaitAll(gateways, reader);

        redis.flushAllDangerously();
        await().atMost(PATIENCE)
                .until(() -> gateways.stream().noneMatch(gateway -> gateway.follower.isOpen()));
        for (int i = 0; i < 5; i++) {
            reader.step(tag(i));
        }
        await().atMost(PATIENCE).until(reader::send);
        assertThat(reader.generations()).isEqualTo(2);
        awaitAll(gateways, reader);
        for (FollowingGateway gateway : gateways) {
            assertThat(gateway.follower.isOpen()).isTrue();
            assertThat(gateway.follower.isValid(answer(last, tag(399)))).isFalse();
            assertThat(gateway.follower.isValid(answer(reader.xid(), tag(399)))).isTrue();
        }
    }

    private static Tag tag(int step) {
        return Tag.row("public.film", Integer.toString(step));
    }

    private static void awaitAll(List<FollowingGateway> gateways, SimulatedReader reader) {
        await().atMost(PATIENCE)
                .until(() ->
                        gateways.stream()
                                .allMatch(gateway ->
                                        gateway.follower.position().equals(reader.tail())));
    }

    private static RedisNode master() {
        RedisNode any = redis.nodes().getFirst();
        try (RedisClusterClient topology =
                RedisClusterClient.create(RedisURI.create(any.host(), any.port()))) {
            int port =
                    topology.getPartitions()
                            .getMasterBySlot(SlotHash.getSlot("tm:{log}:records"))
                            .getUri()
                            .getPort();
            return redis.nodes().stream()
                    .filter(node -> node.port() == port)
                    .findFirst()
                    .orElseThrow();
        }
    }
}

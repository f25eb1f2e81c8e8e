package dev.tidemark.cache;

import static dev.tidemark.cache.entry.Entries.answer;
import static dev.tidemark.cache.entry.Entries.lookup;
import static dev.tidemark.cache.entry.Entries.randomKey;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidemark.cache.invalidation.Records;
import dev.tidemark.common.tag.Tag;
import dev.tidemark.common.wire.CacheKey;
import dev.tidemark.common.wire.Fill;
import dev.tidemark.common.wire.Lease;
import dev.tidemark.common.wire.Lookup;
import dev.tidemark.common.wire.LookupOutcome.Hit;
import dev.tidemark.common.wire.LookupOutcome.Leased;
import dev.tidemark.common.wire.MalformedException;
import dev.tidemark.testing.Backends;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A key that all gateways ask for, and what reaches Redis of that. */
class HotKeysIT {

    /** What is on its way at once from many gateways: some thousand a second. */
    private static final int BATCH = 20;

    private static final Pattern GETS = Pattern.compile("cmdstat_get:calls=(\\d+)");

    private static RunningService service;
    private static CacheClient cache;
    private static SimulatedReader reader;
    private static RedisClient redis;
    private static final List<StatefulRedisConnection<String, String>> nodes = new ArrayList<>();

    @BeforeAll
    static void start() throws MalformedException {
        service =
                RunningService.start(
                        Backends.redisCluster().nodeList(),
                        RunningService.PATIENT,
                        "--tidemark.log.name=hot-"
                                + Long.toHexString(ThreadLocalRandom.current().nextLong()));
        service.awaitReady();
        cache = new CacheClient(service.port());
        reader = new SimulatedReader(cache);
        await().until(() -> reader.send());
        redis = RedisClient.create();
        for (String node : Backends.redisCluster().nodes()) {
            nodes.add(redis.connect(RedisURI.create("redis://" + node)));
        }
    }

    @AfterAll
    static void stop() {
        redis.shutdown();
        cache.close();
        service.close();
    }

    /** By what Redis counts itself, in scripts too. */
    private static long redisGets() {
        long gets = 0;
        for (var node : nodes) {
            Matcher matcher = GETS.matcher(node.sync().info("commandstats"));
            gets += matcher.find() ? Long.parseLong(matcher.group(1)) : 0;
        }
        return gets;
    }

    private static Lease lease(CacheKey key) {
        return ((Leased) cache.find(lookup(key))).lease();
    }

    private static CacheKey filled(Fill fill) {
        assertThat(cache.fill(fill)).isEqualTo(204);
        return fill.lease().key();
    }

    /** As gateways would whose near caches do not keep it. */
    private static int askFor(Duration time, CacheKey key) {
        long end = System.nanoTime() + time.toNanos();
        return ask(() -> System.nanoTime() - end < 0, key);
    }

    private static int ask(BooleanSupplier goOn, CacheKey key) {
        List<Lookup> batch = Collections.nCopies(BATCH, lookup(key));
        int asked = 0;
        for (; goOn.getAsBoolean(); asked += BATCH) {
            assertThat(cache.find(batch)).hasOnlyElementsOfType(Hit.class);
        }
        return asked;
    }

    private static boolean isNamed(CacheKey key) {
        return service.management("/actuator/hotkeys")
                .body()
                .contains("\"key\":\"" + key + "\",\"perSecond\":");
    }

    @Test
    void keyThatBecomesHot_isNamedWithinASecond_toldToWhoAsks_andRedisIsSpared()
            throws InterruptedException {
        CacheKey key = filled(new Fill(lease(randomKey()), answer(7), Duration.ZERO));
        CacheKey other = filled(new Fill(lease(randomKey()), answer(7), Duration.ZERO));
        // Neither client nor service do this for the first time below.
        askFor(Duration.ofSeconds(1), other);
        assertThat(isNamed(key)).isFalse();
        assertThat(cache.hotMarks(List.of(lookup(key)))).isEmpty();

        AtomicBoolean goOn = new AtomicBoolean(true);
        Thread gateways = Thread.ofVirtual().unstarted(() -> ask(goOn::get, key));
        long began = System.nanoTime();
        gateways.start();
        try {
            await().pollInterval(Duration.ofMillis(20)).until(() -> isNamed(key));
            assertThat(Duration.ofNanos(System.nanoTime() - began))
                    .isLessThan(Duration.ofSeconds(1));
        } finally {
            goOn.set(false);
            gateways.join();
        }

        long getsBefore = redisGets();
        int asked = askFor(Duration.ofSeconds(1), key);
        long gets = redisGets() - getsBefore;
        // One in 200 ms.
        assertThat(asked).isGreaterThan(10 * BATCH);
        assertThat(gets).isLessThan(asked / 10);
        assertThat(cache.hotMarks(List.of(lookup(key)))).contains("0");

        String metrics = service.management("/actuator/prometheus").body();
        assertThat(metrics).containsPattern("tidemark_hot_keys(\\{.*})? [1-9]");
        assertThat(metrics).containsPattern("tidemark_hot_rate(\\{.*})? [1-9]");
        assertThat(metrics).containsPattern("tidemark_hot_copied_total(\\{.*})? [1-9]");
        assertThat(metrics).doesNotContain(key.toString());
    }

    @Test
    void hotKey_isNeverAnsweredFromItsCopy_onceTheLogHasToldOfAChange() throws MalformedException {
        CacheKey key = randomKey();
        for (int round = 0; round < 5; round++) {
            Tag film = Tag.row("public.film", "hot");
            long version = reader.xid() + 1;
            filled(new Fill(new Lease(key, "", 1), Records.answer(version, film), Duration.ZERO));
            await().until(() -> cache.find(lookup(key)) instanceof Hit);
            while (!isNamed(key)) {
                askFor(Duration.ofMillis(50), key);
            }
            askFor(Duration.ofMillis(50), key);

            reader.step(film);
            await().until(() -> reader.send());
            // From the first refusal on there is no way back.
            await().pollInterval(Duration.ofMillis(1))
                    .until(() -> !(cache.find(lookup(key)) instanceof Hit));
            for (int i = 0; i < 50; i++) {
                assertThat(cache.find(lookup(key))).isNotInstanceOf(Hit.class);
            }
        }
    }
}

package dev.tidemark.common.hot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.common.wire.CacheKey;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HotKeysTest {

    private static final Duration KEEP = Duration.ofSeconds(10);
    private static final HotLimits LIMITS = new HotLimits(100, 50, KEEP);
    private static final long MILLI = 1_000_000;

    private long now = 1;
    private long turnAt = now + HotKeys.WINDOW.toNanos();

    private HotKeys hotKeys(HotLimits limits, int oneIn, long seed) {
        return new HotKeys(limits, oneIn, () -> now, new Random(seed)::nextInt);
    }

    private static CacheKey key(long id) {
        return new CacheKey(id * 0x9e3779b97f4a7c15L, id);
    }

    /** As the scheduler does. */
    private void pass(long nanos, HotKeys keys) {
        now += nanos;
        if (now >= turnAt) {
            keys.turn();
            turnAt = now + HotKeys.WINDOW.toNanos();
        }
    }

    /** Keys of Zipf's distribution with exponent 1, of which key 0 is the most frequent. */
    private static final class Zipf {

        private final double[] cumulated;

        Zipf(int keys) {
            cumulated = IntStream.rangeClosed(1, keys).mapToDouble(rank -> 1.0 / rank).toArray();
            Arrays.parallelPrefix(cumulated, Double::sum);
        }

        int draw(Random random) {
            double point = random.nextDouble() * cumulated[cumulated.length - 1];
            int at = Arrays.binarySearch(cumulated, point);
            return at < 0 ? -at - 1 : at;
        }

        double share(int rank) {
            return 1.0 / (rank + 1) / cumulated[cumulated.length - 1];
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void zipfianStream_itsHottestAreNamed_atAboutTheirRates(long seed) {
        int perSecond = 80_000;
        HotKeys keys = hotKeys(LIMITS, 4, seed);
        Zipf zipf = new Zipf(100_000);
        Random random = new Random(seed);
        for (int i = 0; i < 2 * perSecond; i++) {
            keys.count(key(zipf.draw(random)));
            pass(1_000 * MILLI / perSecond, keys);
        }

        List<HotKey> top = keys.top();
        assertThat(top).hasSize(50);
        for (int rank = 0; rank < 10; rank++) {
            double expected = zipf.share(rank) * perSecond;
            CacheKey key = key(rank);
            HotKey found =
                    top.stream().filter(hot -> hot.key().equals(key)).findAny().orElseThrow();
            // What is sampled in 0.4 s scatters by a few in a hundred, and is never counted high.
            assertThat((double) found.perSecond()).isBetween(0.75 * expected, 1.2 * expected);
        }
        for (int rank = 0; rank < 30; rank++) {
            assertThat(keys.isHot(key(rank))).as("rank %d", rank).isTrue();
        }
        assertThat(top)
                .isSortedAccordingTo(
                        (one, other) -> Long.compare(other.perSecond(), one.perSecond()));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 199, 399})
    void key_thatBecomesHotAtAnyTime_isKnownWithinASecond(int millisIntoWindow) {
        HotKeys keys = hotKeys(LIMITS, 4, 7);
        pass(millisIntoWindow * MILLI, keys);
        long began = now;
        while (!keys.isHot(key(1))) {
            // 200 a second, among 20,000 others.
            keys.count(key(1));
            for (int i = 0; i < 100; i++) {
                keys.count(key(1_000_000 + now + i));
            }
            pass(5 * MILLI, keys);
            assertThat(now - began).isLessThan(1_000 * MILLI);
        }
    }

    @Test
    void walkOverAMillionIds_makesNothingHot_evictsNoHotKey_andTakesNoMoreMemory() {
        HotKeys keys = hotKeys(LIMITS, 1, 1);
        int step = 0;
        for (int id = 0; id < 1_000_000; id++) {
            // 50,000 a second, one in a hundred of which is the one that users want.
            keys.count(key(1_000 + id));
            if (++step % 100 == 0) {
                keys.count(key(1));
            }
            pass(20_000, keys);
            if (now > 1_000 * MILLI) {
                assertThat(keys.isHot(key(1))).isTrue();
            }
        }

        assertThat(keys.top()).extracting(HotKey::key).containsExactly(key(1));
        Tally tally = new Tally(100);
        for (int id = 0; id < 1_000_000; id++) {
            tally.add(key(id));
            assertThat(tally.size()).isLessThanOrEqualTo(100);
        }
    }

    @Test
    void walkInCircles_belowTheRate_makesNothingHot() {
        HotKeys keys = hotKeys(LIMITS, 1, 1);
        for (int i = 0; i < 200_000; i++) {
            // 50,000 a second over 1,000 keys: 50 a second each.
            keys.count(key(i % 1_000));
            pass(20_000, keys);
        }

        assertThat(keys.top()).isEmpty();
    }

    @Test
    void attackerWithManyHotKeys_doesNotDriveOutThoseThatAreWantedMore() {
        HotKeys keys = hotKeys(LIMITS, 1, 1);
        for (int i = 0; i < 1_000; i++) {
            // 200 a second for each of the attacker's, 1,000 for that of the users.
            for (int own = 0; own < 200 && i % 5 == 0; own++) {
                keys.count(key(1_000 + own));
            }
            keys.count(key(1));
            pass(MILLI, keys);
        }

        assertThat(keys.top()).hasSize(50);
        assertThat(keys.top().getFirst().key()).isEqualTo(key(1));
    }

    @Test
    void hotKey_thatNobodyAsksForAnyMore_isHotForAWhile() {
        HotKeys keys = hotKeys(LIMITS, 1, 1);
        for (int i = 0; i < 400; i++) {
            keys.count(key(1));
            pass(MILLI, keys);
        }
        assertThat(keys.top()).containsExactly(new HotKey(key(1), 1_000));

        pass(5_000 * MILLI, keys);
        assertThat(keys.top()).containsExactly(new HotKey(key(1), 0));
        pass(4_999 * MILLI, keys);
        assertThat(keys.isHot(key(1))).isTrue();
        pass(400 * MILLI, keys);
        assertThat(keys.isHot(key(1))).isFalse();
        assertThat(keys.top()).isEmpty();
    }

    @Test
    void keyHeardOf_isHotAtOnce_asLongAsItIsSaid_whereThereIsRoom() {
        HotKeys keys = hotKeys(new HotLimits(100, 2, KEEP), 1, 1);
        keys.hear(key(1));
        assertThat(keys.top()).containsExactly(new HotKey(key(1), 0));
        keys.hear(key(2));
        keys.hear(key(3));
        assertThat(keys.top()).extracting(HotKey::key).containsExactlyInAnyOrder(key(1), key(2));

        pass(6_000 * MILLI, keys);
        keys.hear(key(1));
        pass(6_000 * MILLI, keys);
        assertThat(keys.isHot(key(1))).isTrue();
        assertThat(keys.isHot(key(2))).isFalse();
    }

    @Test
    void noKeysAtAll_isASwitch() {
        HotKeys keys = hotKeys(new HotLimits(100, 0, KEEP), 1, 1);
        keys.hear(key(1));
        for (int i = 0; i < 1_000; i++) {
            assertThat(keys.count(key(1))).isFalse();
            pass(MILLI, keys);
        }
        assertThat(keys.top()).isEmpty();
    }

    @Test
    void tally_isNeverHigh_andLowByItsShareAtMost() {
        Random random = new Random(5);
        Zipf zipf = new Zipf(10_000);
        int[] came = new int[10_000];
        Tally tally = new Tally(100);
        int total = 100_000;
        for (int i = 0; i < total; i++) {
            int drawn = zipf.draw(random);
            came[drawn]++;
            tally.add(key(drawn));
        }
        int[] counted = new int[10_000];
        tally.drainTo((key, count) -> counted[(int) key.low()] = count);

        for (int i = 0; i < came.length; i++) {
            assertThat(counted[i]).isBetween(came[i] - total / 101, came[i]);
        }
        tally.drainTo((key, count) -> assertThat(Collections.emptyList()).contains(key));
    }

    @Test
    void limits_areChecked() {
        assertThatThrownBy(() -> new HotLimits(0, 1, KEEP))
                .hasMessageContaining("tidemark.hot.rate");
        assertThatThrownBy(() -> new HotLimits(1, -1, KEEP))
                .hasMessageContaining("tidemark.hot.keys-max");
        assertThatThrownBy(() -> new HotLimits(1, 1, Duration.ofMillis(399)))
                .hasMessage("tidemark.hot.keep must be at least 400 ms");
    }
}

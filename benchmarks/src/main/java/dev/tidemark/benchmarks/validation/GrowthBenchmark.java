package dev.tidemark.benchmarks.validation;

import dev.tidemark.common.wire.Answer;
import dev.tidemark.common.wire.CacheKey;
import dev.tidemark.gateway.feed.Follower;
import dev.tidemark.gateway.near.Entry;
import dev.tidemark.gateway.near.Found;
import dev.tidemark.gateway.near.NearCache;
import dev.tidemark.gateway.time.MonotonicClock;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * Whether a near-cache look-up grows with what is cached, or with what has changed: all entries are
 * looked up in turn, which is the most that a processor's caches can be made to miss.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class GrowthBenchmark {

    private static final long SEED = 1;
    private static final int TAGS = 2;

    @Param({"1000", "10000", "100000", "1000000"})
    int entries;

    /** None, and as many as the clock has slots: two thirds of them have a stamp then. */
    @Param({"0", "1048576"})
    int changes;

    private final Follower follower = Entries.follower();
    private final NearCache near = new NearCache(1L << 31, follower, MonotonicClock.SYSTEM);
    private CacheKey[] keys = new CacheKey[0];
    private int next;

    @Setup
    public void fill() {
        SplittableRandom random = new SplittableRandom(SEED);
        Entries.tell(follower::apply, changes, random);
        Answer[] answers = Entries.answers(entries, TAGS, random);
        long bornNanos = System.nanoTime();
        keys = new CacheKey[entries];
        for (int i = 0; i < entries; i++) {
            keys[i] = new CacheKey(random.nextLong(), random.nextLong());
            near.put(keys[i], new Entry(answers[i], bornNanos));
        }
        for (CacheKey key : keys) {
            if (!(near.find(key) instanceof Found.Fresh)) {
                throw new IllegalStateException("an entry that is not served");
            }
        }
    }

    @Benchmark
    public Found find() {
        next = next + 1 == entries ? 0 : next + 1;
        return near.find(keys[next]);
    }
}

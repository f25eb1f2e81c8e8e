package dev.tidemark.benchmarks.validation;

import dev.tidemark.common.log.LogFollower;
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

/** What a hit pays for the answer to "may this be served". */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class FollowerBenchmark {

    private static final long SEED = 1;

    @Param({"1", "4", "16"})
    int tags;

    /** 64 stay in the processor's first caches; 65,536 and their slots do not. */
    @Param({"64", "65536"})
    int entries;

    private final LogFollower log = new LogFollower(Entries.SLOTS);
    private final Follower follower = Entries.follower();
    private final NearCache near = new NearCache(1L << 30, follower, MonotonicClock.SYSTEM);
    private Answer[] answers = new Answer[0];
    private CacheKey[] keys = new CacheKey[0];
    private long bornNanos;
    private int next;

    @Setup
    public void fill() {
        SplittableRandom random = new SplittableRandom(SEED);
        Entries.tell(
                record -> {
                    log.apply(record);
                    follower.apply(record);
                },
                Entries.CHANGES,
                random);
        answers = Entries.answers(entries, tags, random);
        bornNanos = System.nanoTime();
        keys = new CacheKey[entries];
        for (int i = 0; i < entries; i++) {
            keys[i] = new CacheKey(random.nextLong(), random.nextLong());
            near.put(keys[i], new Entry(answers[i], bornNanos));
            if (!(near.find(keys[i]) instanceof Found.Fresh)) {
                throw new IllegalStateException("an entry that is not served");
            }
        }
    }

    private int next() {
        next = (next + 1) & (entries - 1);
        return next;
    }

    /** What the loop itself costs, and the answer's own cache line. */
    @Benchmark
    public boolean baseline() {
        return answers[next()].followed();
    }

    @Benchmark
    public boolean isValid() {
        return log.isValid(answers[next()]);
    }

    @Benchmark
    public long stalenessNanos() {
        return follower.stalenessNanos(answers[next()], bornNanos, true);
    }

    @Benchmark
    public Found find() {
        return near.find(keys[next()]);
    }
}

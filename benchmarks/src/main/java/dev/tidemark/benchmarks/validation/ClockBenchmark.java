package dev.tidemark.benchmarks.validation;

import dev.tidemark.common.tag.TagClock;
import dev.tidemark.common.tag.Tags;
import dev.tidemark.common.tag.Version;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Group;
import org.openjdk.jmh.annotations.GroupThreads;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * Whether it matters that the tag clock's reads are volatile, and that changes of other tags write
 * to the cache lines that it reads. The stamps that are written are below every entry's version, so
 * that the readers always have all tags to look at.
 */
@State(Scope.Group)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ClockBenchmark {

    private static final int TAGS = 4;
    private static final int ENTRIES = 64;
    private static final Version VERSION = new Version(1_000);
    private static final long SEED = 1;

    /** In 64 slots all cache lines are fought for; 2^20 are the default. */
    @Param({"64", "1048576"})
    int slots;

    private TagClock clock = new TagClock(2);
    private long[] plain = new long[0];
    private Tags[] tags = new Tags[0];
    private long[] written = new long[0];

    @Setup
    public void fill() {
        clock = new TagClock(slots);
        plain = new long[slots];
        SplittableRandom random = new SplittableRandom(SEED);
        tags = new Tags[ENTRIES];
        for (int i = 0; i < ENTRIES; i++) {
            tags[i] = Tags.ofHashes(random.longs(TAGS).toArray());
        }
        written = random.longs(1 << 16).toArray();
    }

    /** Where each thread is in its round. */
    @State(Scope.Thread)
    public static class Round {
        private int next;

        int next(int length) {
            next = (next + 1) & (length - 1);
            return next;
        }
    }

    private boolean read(Round round) {
        return clock.isValid(VERSION, tags[round.next(ENTRIES)]);
    }

    private void write(Round round) {
        clock.invalidate(written[round.next(written.length)], 1);
    }

    @Benchmark
    @Group("alone")
    public boolean alone(Round round) {
        return read(round);
    }

    /** The same on an array without any order of memory. */
    @Benchmark
    @Group("alonePlain")
    public boolean alonePlain(Round round) {
        Tags own = tags[round.next(ENTRIES)];
        long xmin = VERSION.xmin();
        for (int i = 0; i < own.size(); i++) {
            if (plain[(int) own.hash(i) & (slots - 1)] >= xmin) {
                return false;
            }
        }
        return true;
    }

    @Benchmark
    @Group("steadyChanges")
    @GroupThreads(1)
    public boolean besideSteadyChanges(Round round) {
        return read(round);
    }

    /** About 1,000 changes/s. */
    @Benchmark
    @Group("steadyChanges")
    @GroupThreads(1)
    public void changeSteadily(Round round) {
        LockSupport.parkNanos(1_000_000);
        write(round);
    }

    @Benchmark
    @Group("flatOut")
    @GroupThreads(1)
    public boolean besideChangesFlatOut(Round round) {
        return read(round);
    }

    /** As many changes as one core can make: tens of millions a second. */
    @Benchmark
    @Group("flatOut")
    @GroupThreads(1)
    public void changeFlatOut(Round round) {
        write(round);
    }
}

package dev.tidemark.benchmarks.footprint;

import dev.tidemark.benchmarks.measure.Finding;
import dev.tidemark.benchmarks.measure.MeasurementException;
import dev.tidemark.benchmarks.measure.ProcessUse;
import dev.tidemark.benchmarks.measure.Ratio;
import dev.tidemark.benchmarks.measure.Spread;
import dev.tidemark.benchmarks.measure.Table;
import dev.tidemark.benchmarks.peer.Redis;
import dev.tidemark.benchmarks.peer.RedisMemory;
import dev.tidemark.benchmarks.read.Items;
import dev.tidemark.benchmarks.read.MeasuredSuite;
import dev.tidemark.quickstart.launch.Part;
import dev.tidemark.quickstart.launch.Progress;
import dev.tidemark.quickstart.launch.Suite;
import dev.tidemark.quickstart.launch.SuiteOptions;
import dev.tidemark.quickstart.process.Await;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/** What each process takes at rest, and an entry in Redis. */
public final class MemoryFigure {

    public static final String BYTES = "bytes of an entry in Redis ÷ body in a plain string";

    private static final double MIB = 1 << 20;
    private static final Duration REST = Duration.ofSeconds(10);
    private static final Duration SETTLE_TIMEOUT = Duration.ofSeconds(30);

    private MemoryFigure() {}

    /** Measures the processes of a suite as {@code ./tidemark start} runs it. */
    public static Finding processes(Path home, Progress progress) {
        progress.notice("starting a suite");
        try (Suite suite = Suite.start(SuiteOptions.sample(home), Progress.silent())) {
            rest();
            List<List<String>> rows = new ArrayList<>();
            for (Part part : suite.parts()) {
                rows.add(
                        List.of(
                                part.name().replaceFirst("(Redis node) .*", "$1"),
                                "%.0f".formatted(ProcessUse.pssBytes(part.pid()) / MIB)));
            }
            return Finding.of(
                    new Table(
                            "Memory at rest",
                            List.of(
                                    "proportional set size, children included, %d s after all were ready; JVMs as ./tidemark start runs them"
                                            .formatted(REST.toSeconds()),
                                    "services: reach ≤ 250 MiB, aim ≤ 180 MiB"),
                            List.of("process", "PSS MiB"),
                            rows,
                            List.of()));
        }
    }

    /**
     * Measures what entries take in the cluster, against their bodies in one Redis.
     *
     * @param entries how many are put into both
     */
    public static Finding entries(MeasuredSuite suite, int entries, Progress progress) {
        long before = settled(suite);
        progress.notice("filling the shared cache with %,d entries".formatted(entries));
        suite.fill(Items.ids(entries).stream().map(Items::target).toList());
        double ours = (settled(suite) - before) / (double) entries;
        double plain;
        try (Redis redis = Redis.start()) {
            long empty = redis.usedBytes();
            redis.load(suite.bodies(entries));
            plain = (redis.usedBytes() - empty) / (double) entries;
        }
        double ratio = ours / plain;
        return new Finding(
                List.of(
                        new Table(
                                "Bytes in Redis for each row",
                                List.of(
                                        "%,d rows of %d bytes of JSON; used memory of all masters, before and after, without buffers of connections and replicas"
                                                .formatted(entries, Items.BODY_BYTES)),
                                List.of("as", "bytes"),
                                List.of(
                                        List.of(
                                                "plain string under " + Redis.key(Items.id(0)),
                                                "%.0f".formatted(plain)),
                                        List.of("Tidemark's entry", "%.0f".formatted(ours))),
                                List.of())),
                List.of(new Ratio(BYTES, new Spread(ratio, ratio, ratio), 1.0, 0.7, false)),
                Map.of());
    }

    /** Fills go on for a moment after the answers. */
    private static long settled(MeasuredSuite suite) {
        long[] last = {-1};
        boolean still =
                Await.until(
                        SETTLE_TIMEOUT,
                        Duration.ofSeconds(1),
                        () -> {
                            long now = RedisMemory.usedBytes(suite.suite().redis());
                            // The log's heartbeats go on for ever.
                            boolean same = Math.abs(now - last[0]) < 64 * 1024;
                            last[0] = now;
                            return same;
                        });
        if (!still) {
            throw new MeasurementException("Redis does not come to rest");
        }
        return last[0];
    }

    /** Nothing tells when a process has nothing to do any more. */
    private static void rest() {
        long end = System.nanoTime() + REST.toNanos();
        while (end - System.nanoTime() > 0) {
            LockSupport.parkNanos(end - System.nanoTime());
        }
    }
}

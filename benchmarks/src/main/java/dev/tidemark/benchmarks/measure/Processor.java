package dev.tidemark.benchmarks.measure;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.stream.Stream;

/**
 * How busy the machine was over a while, and how much of that was this process and its children.
 */
public final class Processor {

    private final OperatingSystemMXBean system =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private final long startNanos = System.nanoTime();
    private final long ownStartNanos = ownNanos();

    private Processor() {
        // What it tells is since it was last asked.
        var _ = system.getCpuLoad();
    }

    public static Processor watch() {
        return new Processor();
    }

    /**
     * Shares of all cores, from 0 to 1.
     *
     * @param busy of everything that runs on the machine
     * @param own of this process and its children
     */
    public record Use(double busy, double own) {

        /** Of what has nothing to do with the measurement. */
        public double others() {
            return Math.max(0, busy - own);
        }
    }

    /** Since the watch began; to be asked once. */
    public Use use() {
        double busy = system.getCpuLoad();
        double nanos = (double) (System.nanoTime() - startNanos) * system.getAvailableProcessors();
        return new Use(busy, (ownNanos() - ownStartNanos) / nanos);
    }

    private static long ownNanos() {
        ProcessHandle here = ProcessHandle.current();
        return Stream.concat(Stream.of(here), here.descendants())
                .mapToLong(process ->
                        process.info().totalCpuDuration().orElse(Duration.ZERO).toNanos())
                .sum();
    }
}

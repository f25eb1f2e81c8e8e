package dev.tidemark.benchmarks.measure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;

/** What a process and its children take of the machine. */
public final class ProcessUse {

    private static final long KIB = 1024;

    private ProcessUse() {}

    /** The processor time that they have had so far; of those that still run. */
    public static Duration cpu(long pid) {
        return tree(pid)
                .map(process -> process.info().totalCpuDuration().orElse(Duration.ZERO))
                .reduce(Duration.ZERO, Duration::plus);
    }

    /**
     * Their proportional set size: what is resident, pages that several share divided among them.
     * Known on Linux only, else negative.
     */
    public static long pssBytes(long pid) {
        return tree(pid).mapToLong(process -> pssOf(process.pid())).sum();
    }

    private static long pssOf(long pid) {
        Path rollup = Path.of("/proc", Long.toString(pid), "smaps_rollup");
        if (!Files.isReadable(rollup)) {
            return -1;
        }
        try (Stream<String> lines = Files.lines(rollup)) {
            return lines.filter(line -> line.startsWith("Pss:"))
                            .map(line -> line.replaceAll("[^0-9]", ""))
                            .mapToLong(Long::parseLong)
                            .sum()
                    * KIB;
        } catch (IOException e) {
            throw new MeasurementException("cannot read " + rollup, e);
        }
    }

    private static Stream<ProcessHandle> tree(long pid) {
        return ProcessHandle.of(pid).stream()
                .flatMap(process -> Stream.concat(Stream.of(process), process.descendants()));
    }
}
